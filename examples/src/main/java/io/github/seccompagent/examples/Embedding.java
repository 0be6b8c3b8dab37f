package io.github.seccompagent.examples;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.runtime.SeccompAgent;
import java.nio.file.Path;

/** An agent inside your own program, with your own resolver. The README shows the body of {@code main}. */
public final class Embedding {
    private Embedding() {}

    public static void main(String[] args) throws Exception {
        try (SeccompAgent agent = SeccompAgent.builder()
                .socket(Path.of("/run/seccomp-agent.socket"))
                .resolver(container -> HandlerRegistry.builder()
                        .on(
                                "mkdir",
                                call -> call.onBehalf()
                                        .mkdir(call.path(0).withSuffix("-" + container.id()), call.mode(1)))
                        .on("chmod", SyscallHandler.fail(Errno.EBADMSG))
                        .build())
                .start()) {
            agent.join();
        }
    }
}
