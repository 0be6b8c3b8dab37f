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

/** What a call allocates is its container's memory, whether the kernel makes it or the agent on behalf. */
class MemoryCgroupIT {
    private static final long AT_LEAST = 500L * 3000; // bytes; more than 1,000 were seen for each folder

    private static final long AT_LEAST_FOR_PROCS = 100L * 8000; // bytes; more than 20,000 were seen for each

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

    /** Any number of instances of proc can be kept by descriptors, with all covers: what that takes is the container's. */
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

            Process holder = container.begin("exec /hold 100");
            try (BufferedReader output = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8))) {
                assertThat(output.readLine()).isEqualTo("1 kept");

                assertThat(Cgroup.memoryOf(container.pid()) - before).isGreaterThan(AT_LEAST_FOR_PROCS);
            }
        }
    }
}
