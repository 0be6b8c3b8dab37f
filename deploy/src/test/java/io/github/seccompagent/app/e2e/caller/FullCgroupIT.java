package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A container has as many processes as it may have. A call that needs no process in the kernel needs none on behalf,
 * and mounts are as safe as ever. This matters with version 2 of cgroups: a process that is charged to a cgroup for
 * memory also counts as one of its processes there.
 */
class FullCgroupIT {
    private static final int MOST = 24;
    private static final String TIMES = Attack.times(5, 500);

    /** Root of a user namespace with CAP_SYS_ADMIN. Only the locks on the covers keep it from taking them off. */
    @Test
    void coversStayLocked() {
        try (AgentProcess agent = AgentProcess.start("metadata");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified("mount", "umount2")
                                .metadata("MOUNT_PROC=true")
                                .userNamespace()
                                .with("CAP_SYS_ADMIN")
                                .processes(MOST))) {
            Map<String, Long> seen = Attack.run(container, "full", TIMES);

            assertThat(seen)
                    .containsEntry("full", 1L)
                    .containsEntry("mounted", Long.valueOf(TIMES))
                    .containsEntry("taken off", Long.valueOf(TIMES));
        }
    }

    @Test
    void aProcfsCanBeOpened() {
        try (AgentProcess agent = AgentProcess.start("pass-through");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified("open", "openat")
                                .metadata("PASS_OPEN=true")
                                .processes(MOST))) {
            Map<String, Long> seen = Attack.run(container, "full", TIMES);

            assertThat(seen).containsEntry("full", 1L).containsEntry("opened", Long.valueOf(TIMES));
        }
    }
}
