package io.github.seccompagent.runtime;

import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.ContainerMemfd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;

/** Tests of agents that go on with what the one before them has left to the keeper. */
abstract class RestoredAgents {
    static final String IO_ERROR = Script.mkdirSays("Input/output error");

    /** Handlers that never end use it up at each restart. */
    static final Duration GRACE = Duration.ofMillis(50);

    /** An agent waits ten seconds for calls of the agent before it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @AutoClose
    final StandInKeeper keeper = new StandInKeeper();

    private final HeldHandlers handlers = new HeldHandlers();
    final CountDownLatch begun = handlers.begun;
    final AtomicInteger calls = handlers.calls;
    final SyscallHandler succeeds = handlers.succeeds;
    final SyscallHandler neverEnds = handlers.neverEnds;

    SeccompAgent start(SyscallHandler handler) throws IOException {
        return Agents.builder(handler)
                .shutdownGrace(GRACE)
                .keeper(keeper.next())
                .start();
    }

    SeccompAgent startWith(Resolver resolver) throws IOException {
        return SeccompAgent.builder()
                .shutdownGrace(GRACE)
                .resolver(resolver)
                .keeper(keeper.next())
                .start();
    }

    /** Each agent has an executor of its own. Those of the agents before end. */
    void requireNothingElseKept(String... names) {
        Set<String> wanted = Stream.concat(Stream.of("e1"), Stream.of(names))
                .collect(Collectors.toSet()); // effects are always there
        await(wanted + " and an executor")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(keeper::names, all -> {
                    Map<Boolean, List<String>> kept =
                            all.stream().collect(Collectors.partitioningBy(name -> name.startsWith("x")));
                    return kept.get(true).size() == 1
                            && Set.copyOf(kept.get(false)).equals(wanted);
                });
    }

    static Path inside(Script script, String path) {
        return Path.of("/proc/" + script.pid() + "/root" + path);
    }

    static Fd state(String json) {
        try (ContainerMemfd state = ContainerMemfd.create(json.getBytes(StandardCharsets.UTF_8))) {
            return Fd.open("/proc/self/fd/" + state.number(), 2);
        }
    }
}
