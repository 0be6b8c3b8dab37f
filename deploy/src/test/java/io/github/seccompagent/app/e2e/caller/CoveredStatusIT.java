package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A caller that may mount can cover files of its procfs with others. A worker must not open those. */
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

    /** The caller has as many groups as possible, so reading the status of a process takes milliseconds. */
    @Test
    void aPathThatComesToAProcfsOftenTakesNoLonger() {
        OciBundle bundle = OciBundle.notifying(AGENT.socket()).notified("mkdir");
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            assertThat(Attack.run(container, "procwalk")).containsOnlyKeys("mkdir: error 2");
        }
    }
}
