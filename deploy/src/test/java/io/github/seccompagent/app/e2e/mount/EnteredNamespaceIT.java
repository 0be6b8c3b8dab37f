package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mount goes into the mount namespace that its caller has entered, and umount takes it off there. */
class EnteredNamespaceIT {
    @ParameterizedTest
    @ValueSource(strings = {"metadata", "pass-through"})
    void theCallersMountNamespace(String resolver) {
        String count = "grep -c ' /home ' /proc/self/mounts; ";
        String entered =
                "mount -t tmpfs none /home; " + count + "umount /home; " + count + "mount -t tmpfs none /home; ";
        try (AgentProcess agent = AgentProcess.start(resolver);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified("mount", "umount2")
                                .metadata(resolver.equals("metadata") ? "MOUNT_OTHER_FS_LIST=tmpfs" : "")
                                .with("CAP_SYS_ADMIN"))) {
            assertThat(container
                            .shell("unshare -m sh -c '" + entered.replace("'", "'\\''") + "'; " + count + "true")
                            .out())
                    .isEqualTo("1\n0\n0\n");
            assertThat(agent.isAlive()).isTrue();
        }
    }
}
