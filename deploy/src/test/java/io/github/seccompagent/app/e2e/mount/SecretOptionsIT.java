package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of a mount can hold a password. The log never shows them, whatever happens to the mount. */
class SecretOptionsIT {
    private static final String SECRET = "hunter2";

    @ParameterizedTest
    @ValueSource(strings = {"metadata", "pass-through"})
    void areNotLogged(String resolver) {
        try (AgentProcess agent = AgentProcess.start(resolver);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified("mount", "umount2")
                                .metadata(resolver.equals("metadata") ? "MOUNT_OTHER_FS_LIST=tmpfs,fuse" : "")
                                .with("CAP_SYS_ADMIN"))) {
            container.shell("mount -t tmpfs none /home -o mode=700").orFail();
            for (String options : new String[] {"password=", "fd=", "context=", "errors=panic,pass="}) {
                String line = "mount -t tmpfs none /root -o " + options + SECRET;
                assertThat(container.shell(line).status()).as(options).isNotZero();
            }

            agent.awaitLog("mount of thread", "EINVAL");
            assertThat(agent.log()).noneMatch(line -> line.contains(SECRET));
        }
    }
}
