package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Whoever may mount things has others than the kernel's own files in its procfs: a worker that looks there opens none. */
class CoveredStatusIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    @Test
    void noWorkerOpensWhatCoversAFileOfProc() {
        OciBundle bundle =
                OciBundle.notifying(AGENT.socket()).notified("mkdir", "mkdirat").with("CAP_SYS_ADMIN");
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            assertThat(Attack.run(container, "cover")).isNotEmpty();
        }
    }

    /** With all groups that there can be, the status of a process takes milliseconds to read. */
    @Test
    void aPathThatComesToAProcfsOftenTakesNoLonger() {
        OciBundle bundle = OciBundle.notifying(AGENT.socket()).notified("mkdir");
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            assertThat(Attack.run(container, "procwalk")).containsOnlyKeys("mkdir: error 2");
        }
    }
}
