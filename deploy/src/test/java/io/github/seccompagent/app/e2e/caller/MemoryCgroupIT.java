package io.github.seccompagent.app.e2e.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.Cgroup;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container is charged for the memory that its calls allocate, whether the kernel or the agent makes them. */
class MemoryCgroupIT {
    private static final long AT_LEAST = 500L * 3000; // bytes; each folder took more than 1,000

    private static final int PROCS = 400;

    /** In bytes. Each proc took more than 10,000; without them, the figure varied by 500,000. */
    private static final long AT_LEAST_FOR_PROCS = PROCS * 5000L;

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

    /**
     * Descriptors can keep any number of instances of proc, with all covers. The container is charged for that memory.
     */
    @Test
    void procsThatAreKeptAreCharged() throws IOException {
        try (AgentProcess agent = AgentProcess.start("metadata");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified("mount", "umount2")
                                .metadata("MOUNT_PROC=true"))) {
            Attack.install(container, "hold");
            long before = Cgroup.memoryOf(container.pid());

            Process holder = container.begin("exec /hold " + PROCS);
            try (BufferedReader output = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8))) {
                assertThat(output.readLine()).isEqualTo("1 kept");

                assertThat(Cgroup.memoryOf(container.pid()) - before).isGreaterThan(AT_LEAST_FOR_PROCS);
            }
        }
    }
}
