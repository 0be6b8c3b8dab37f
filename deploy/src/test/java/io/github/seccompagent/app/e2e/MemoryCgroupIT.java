package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call allocates is its container's memory, whether the kernel makes it or the agent on behalf. */
class MemoryCgroupIT {
    private static final long AT_LEAST = 500L * 3000; // bytes; more than 1,000 were seen for each folder

    @ParameterizedTest
    @ValueSource(strings = {"none", "pass-through"})
    void foldersOnATmpfsAreCharged(String resolver) {
        try (AgentProcess agent = AgentProcess.start(resolver);
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            container.shell("cd /dev; mkdir $(seq 1 10)").orFail();
            long before = Cgroup.memoryOf(container.pid());

            container.shell("cd /dev; mkdir $(seq 1001 4000)").orFail();

            assertThat(Cgroup.memoryOf(container.pid()) - before).isGreaterThan(AT_LEAST);
        }
    }
}
