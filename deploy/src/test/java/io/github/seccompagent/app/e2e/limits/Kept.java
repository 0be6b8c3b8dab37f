package io.github.seccompagent.app.e2e.limits;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** The program under its keeper. Closing it ends both. */
final class Kept implements AutoCloseable {
    private final AgentProcess keeper;

    private Kept(AgentProcess keeper) {
        this.keeper = keeper;
    }

    static Kept start(String resolver, String... options) {
        return startBy(List.of(), resolver, options);
    }

    /** The same by a command that executes what follows it. */
    static Kept startBy(List<String> command, String resolver, String... options) {
        List<String> keep = Command.concat(command, List.of(AgentProcess.program(), "keep"));
        return new Kept(AgentProcess.startBy(words -> Command.concat(keep, words), null, resolver, options));
    }

    AgentProcess keeper() {
        return keeper;
    }

    Path socket() {
        return keeper.socket();
    }

    /** The agent that it has now. */
    ProcessHandle agent() {
        return found().orElseThrow(() -> new AssertionError("no agent: " + String.join("\n", keeper.log())));
    }

    private Optional<ProcessHandle> found() {
        return ProcessHandle.of(keeper.pid())
                .orElseThrow()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst();
    }

    /** How many agents have been ready so far. */
    long ready() {
        return keeper.countLogged("listening on " + keeper.socket());
    }

    void awaitAgentAfter(long before) {
        Await.until("the next agent").until(() -> ready() > before);
    }

    /** Waits until no agent has become ready, and none has ended, for two seconds. */
    void awaitAgentThatLasts() {
        Await.until("an agent that lasts").pollInterval(Duration.ofSeconds(2)).until(new Callable<>() {
            private long last;

            @Override
            public Boolean call() {
                long before = last;
                last = ready() + keeper.countLogged("starting it again");
                return last == before;
            }
        });
    }

    /** How many descriptors the keeper, the agent and all that they have started have open. */
    int descriptors() {
        ProcessHandle root = ProcessHandle.of(keeper.pid()).orElseThrow();
        return Stream.concat(Stream.of(root), root.descendants())
                .mapToInt(each -> descriptorsOf(each.pid()))
                .sum();
    }

    static int descriptorsOf(long pid) {
        try (Stream<Path> fds = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) fds.count();
        } catch (IOException gone) {
            return 0;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all = ProcessHandle.of(keeper.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        keeper.terminate();
        try {
            keeper.awaitEnd();
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
            keeper.close();
        }
    }
}
