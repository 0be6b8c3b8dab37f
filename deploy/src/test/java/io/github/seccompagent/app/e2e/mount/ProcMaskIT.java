package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A granted proc is covered from the first instant to the last, whoever looks at it from anywhere. */
class ProcMaskIT {
    private static final int MNT_DETACH = 2;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("metadata");

    private static OciBundle bundle(boolean userNamespace) {
        OciBundle bundle =
                OciBundle.notifying(AGENT.socket()).notified("mount", "umount2").metadata("MOUNT_PROC=true");
        return userNamespace ? bundle.userNamespace() : bundle;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isNeverSeenUncovered(boolean userNamespace) {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle(userNamespace))) {
            Map<String, Long> seen = Attack.run(container, "masks", Attack.times(1_000, 10_000));

            assertThat(seen).containsOnlyKeys("mounted", "looked");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, 0", "false, false, " + MNT_DETACH,
        "true, false, 0", "true, false, " + MNT_DETACH,
        "false, true, 0", "false, true, " + MNT_DETACH,
        "true, true, 0", "true, true, " + MNT_DETACH
    })
    void keepsItsCoversWhenItIsTakenOff(boolean userNamespace, boolean capSysAdmin, int flags) {
        OciBundle bundle = bundle(userNamespace);
        if (capSysAdmin) {
            bundle.with("CAP_SYS_ADMIN");
        }
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Map<String, Long> seen = Attack.run(container, "stand", Integer.toString(flags));

            assertThat(seen).containsKeys("taken off", "keys is masked");
        }
    }
}
