package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Middleware;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.runtime.SeccompAgent;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An agent for the benchmark, with handlers that the program does not have: chmod is answered at once, chown sleeps.
 * Middleware can wrap them.
 */
public final class BenchedHandlers {
    private static final int SLEEP_SECONDS = 2;

    private BenchedHandlers() {}

    /**
     * Runs the agent until it is killed.
     *
     * @param middleware wraps the handlers
     */
    public static void run(String socket, Middleware... middleware) throws Exception {
        HandlerRegistry.Builder handlers = HandlerRegistry.builder()
                .on("chmod", SyscallHandler.fail(Errno.EBADMSG))
                .on("chown", BenchedHandlers::sleep);
        Stream.of(middleware).forEach(handlers::middleware);
        HandlerRegistry registry = handlers.build();
        try (SeccompAgent agent = SeccompAgent.builder()
                .socket(Path.of(socket))
                .resolver(container -> registry)
                .start()) {
            System.out.println("listening on " + socket);
            agent.join();
        }
    }

    /** Argument: the path of the socket. */
    public static void main(String... args) throws Exception {
        run(args[0]);
    }

    private static Response sleep(NotifiedCall call) throws InterruptedException {
        TimeUnit.SECONDS.sleep(SLEEP_SECONDS);
        return Response.success();
    }
}
