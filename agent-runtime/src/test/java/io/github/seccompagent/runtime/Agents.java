package io.github.seccompagent.runtime;

import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.SyscallHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Agents without a socket. */
final class Agents {
    private Agents() {}

    /** An agent that sends the mkdir calls of all its containers to one handler. */
    static SeccompAgent withMkdir(SyscallHandler handler) throws IOException {
        return builder(handler).start();
    }

    static SeccompAgent.Builder builder(SyscallHandler handler) {
        return SeccompAgent.builder()
                .shutdownGrace(Duration.ofMillis(200))
                .resolver(container ->
                        HandlerRegistry.builder().on("mkdir", handler).build());
    }

    static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }
}
