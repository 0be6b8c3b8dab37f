package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A container whose last call was made on its behalf is gone as soon as its runtime deletes it. */
class ShortContainersIT {
    private static final int CONTAINERS = 15;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    @Test
    void theirCgroupsCanBeRemovedAtOnce() {
        assertThat(complaints("mkdir /a /b /c; exec mkdir /d")).isEmpty();
    }

    /** Its worker is still there, and ends together with the container. Now and then runc is quicker. */
    @Test
    void soCanMostOfThoseWhoseFirstProcessMadeManyCalls() {
        assertThat(complaints("cd /; exec mkdir $(seq 500)")).hasSizeLessThan(2 * CONTAINERS / 3);
    }

    /** What the runtime says about those containers of which it says something. */
    private static List<String> complaints(String line) {
        OciBundle bundle =
                OciBundle.notifying(AGENT.socket()).notified("mkdir", "mkdirat").command("sh", "-c", line);
        List<String> said = new ArrayList<>();
        for (int i = 0; i < CONTAINERS; i++) {
            Command.Result result = OciContainer.runToEnd(OciRuntime.RUNC, bundle);
            assertThat(result.status()).as(result.err()).isZero();
            said.add(result.err());
        }
        return said.stream().filter(each -> !each.isEmpty()).toList();
    }
}
