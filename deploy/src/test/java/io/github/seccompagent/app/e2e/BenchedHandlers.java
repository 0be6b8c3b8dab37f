package io.github.seccompagent.app.e2e;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.runtime.SeccompAgent;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An agent for the benchmark whose handlers the program does not have: chmod is answered at once, chown sleeps. */
final class BenchedHandlers {
    private static final int SLEEP_SECONDS = 2;

    private BenchedHandlers() {}

    /** Argument: the path of the socket. */
    public static void main(String... args) throws Exception {
        HandlerRegistry registry = HandlerRegistry.builder()
                .on("chmod", SyscallHandler.fail(Errno.EBADMSG))
                .on("chown", BenchedHandlers::sleep)
                .build();
        try (SeccompAgent agent = SeccompAgent.builder()
                .socket(Path.of(args[0]))
                .resolver(container -> registry)
                .start()) {
            System.out.println("listening on " + args[0]);
            agent.join();
        }
    }

    private static Response sleep(NotifiedCall call) throws InterruptedException {
        TimeUnit.SECONDS.sleep(SLEEP_SECONDS);
        return Response.success();
    }
}
