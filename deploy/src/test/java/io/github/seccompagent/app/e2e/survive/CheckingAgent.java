package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.app.e2e.fixture.CheckedHandlers;
import io.github.seccompagent.runtime.Keeper;
import io.github.seccompagent.runtime.SeccompAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A program with an agent that decides on paths. The first agent does not come to a decision, and can be killed. */
final class CheckingAgent {
    /** What it says when it is to be killed, and what the next one says. Both with the path. */
    static final String STOPPED = "stopped at ";

    static final String DECIDED = "decided on ";

    private CheckingAgent() {}

    /** @param options as those of the distribution's program; the resolver is what the next agent answers */
    public static void main(String[] options) throws Exception {
        Keeper keeper = Keeper.ofEnvironment();
        Path socket = Path.of(KeptAgent.option("--socketfile=", options));
        Path turn = socket.resolveSibling("turn");
        boolean refuses = KeptAgent.option("--resolver=", options).equals("refuse");
        HandlerRegistry handlers = CheckedHandlers.addTo(HandlerRegistry.builder(), check(turn, refuses))
                .build();
        SeccompAgent agent = SeccompAgent.builder()
                .keeper(keeper)
                .socket(socket)
                .resolver(container -> handlers)
                .start();
        System.out.println("listening on " + socket);
        agent.join();
    }

    private static PathCheck check(Path turn, boolean refuses) {
        return paths -> {
            String path = paths.get(paths.size() - 1).path().toString();
            if (!path.contains("target")) {
                return Optional.empty();
            }
            if (!Files.exists(turn)) {
                stop(turn, path);
            }
            System.out.println(DECIDED + path);
            return refuses ? Optional.of(Errno.EDQUOT) : Optional.empty();
        };
    }

    private static void stop(Path turn, String path) {
        try {
            Files.createFile(turn);
            System.out.println(STOPPED + path);
            new CountDownLatch(1).await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
