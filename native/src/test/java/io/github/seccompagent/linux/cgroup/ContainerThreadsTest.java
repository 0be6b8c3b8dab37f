package io.github.seccompagent.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.process.KnownProcess;
import org.junit.jupiter.api.Test;

class ContainerThreadsTest {
    /**
     * Whoever sends a state may name any process. Only the kernel says whether a calling thread is in its container.
     */
    @Test
    void onlyItsOwnThreadsAreInAContainer() throws Exception {
        int self = LibC.getpid();
        Process outer = new ProcessBuilder(
                        "unshare", "--pid", "--fork", "sh", "-c", "unshare --pid --fork sleep 1000; :")
                .start();
        try {
            Processes.await("all three run", () -> outer.descendants().count() == 3);
            int[] pids = outer.descendants()
                    .mapToInt(each -> (int) each.pid())
                    .sorted()
                    .toArray();
            KnownProcess first = KnownProcess.of(pids[0]);

            assertThat(ContainerThreads.include(first, pids[0])).isTrue();
            assertThat(ContainerThreads.include(first, pids[2])).isTrue(); // in a namespace below its own
            assertThat(ContainerThreads.include(KnownProcess.of(pids[2]), pids[0]))
                    .isFalse();
            assertThat(ContainerThreads.include(first, self)).isFalse();
            assertThat(ContainerThreads.include(KnownProcess.of(self), pids[0])).isFalse();
        } finally {
            outer.descendants().forEach(ProcessHandle::destroyForcibly);
            outer.destroyForcibly();
        }
    }
}
