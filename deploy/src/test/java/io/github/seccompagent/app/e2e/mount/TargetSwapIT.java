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

/**
 * Folders on the way to the target of a mount become links that lead up and out, or move elsewhere, during the mount.
 */
class TargetSwapIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("metadata");

    @ParameterizedTest
    @CsvSource({"tmpfs, false", "proc, false", "proc, true"})
    void noMountLeavesTheContainer(String type, boolean userNamespace) {
        String before = Attack.mountsOfTheHost();
        OciBundle bundle = OciBundle.notifying(AGENT.socket())
                .notified("mount", "umount2")
                .metadata("MOUNT_PROC=true\nMOUNT_OTHER_FS_LIST=tmpfs");
        try (OciContainer container =
                OciContainer.start(OciRuntime.RUNC, userNamespace ? bundle.userNamespace() : bundle)) {
            container.makeFolder(
                    "/w", userNamespace ? OciBundle.FIRST_ID : 0, userNamespace ? OciBundle.FIRST_ID : 0, "755");
            container.makeFolder("/in", 0, 0, "755");

            Map<String, Long> seen = Attack.run(container, "swap", Attack.times(800, 100_000), type);

            assertThat(seen).containsKeys("made /w/swapped/proc " + type, "made /proc " + type, "made /w/proc " + type);
            assertThat(seen.keySet())
                    .allMatch(what -> what.startsWith("error ")
                            || what.matches("made (/proc|/w/proc|/w/(swapped|link|other)/proc) " + type));
            assertThat(Attack.mountsOfTheHost()).isEqualTo(before);
            assertThat(AGENT.isAlive()).isTrue();
        }
    }
}
