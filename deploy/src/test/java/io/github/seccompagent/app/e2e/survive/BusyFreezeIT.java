package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Freezer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A container is frozen once for each call, also on a busy machine. A freeze wakes the thread that waits for an answer.
 * While that thread is on its way out, the kernel takes an answer that the thread never gets.
 */
class BusyFreezeIT {
    private static final String NAME =
            "e2e-busy-freeze-" + ProcessHandle.current().pid();
    private static final int CALLS = 300;

    private final List<Process> busy = new ArrayList<>();

    @AfterEach
    void end() {
        busy.forEach(Process::destroyForcibly);
    }

    @Test
    void itIsFrozenOnceForEachCall() throws IOException {
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            busy.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
        }
        StormContainer.Kind kind = new StormContainer.Kind(OciRuntime.RUNC, false, 0, List.of("freeze:0:" + CALLS));
        try (KeptAgent agent = KeptAgent.start(StormAgent.class, "storm");
                StormContainer container = StormContainer.start(NAME, kind, agent.socket())) {
            Freezer freezer = Freezer.of("/" + NAME);
            int thaws = 0;
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                    container.told().size() < CALLS && System.nanoTime() < end; ) {
                if (freezer.isFrozen()) {
                    freezer.thaw();
                    thaws++;
                } else {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
                }
            }
            assertThat(container.told()).hasSizeGreaterThanOrEqualTo(CALLS);
            assertThat(thaws).isEqualTo(CALLS);
        }
    }
}
