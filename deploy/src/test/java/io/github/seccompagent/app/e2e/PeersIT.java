package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who may hand over a listener. */
class PeersIT {
    private static final String REASON = "refused: it lacks CAP_SYS_ADMIN in the agent's user namespace";

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("none", "--handshake-timeout=1s", "--allow-uid=1234");

    /** Has a process connect, which ends when the agent closes the connection. */
    private void connect(String... as) throws IOException {
        Files.setPosixFilePermissions(agent.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Command.run(Command.concat(
                        List.of(as),
                        List.of(TestPrograms.CONNECT.toString(), agent.socket().toString())))
                .orFail();
    }

    @Test
    void notAUserWithoutPrivileges() throws IOException {
        connect("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

        agent.awaitLog("uid 65534 " + REASON);
    }

    @Test
    void notRootWithoutTheCapability() throws IOException {
        connect("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin");

        agent.awaitLog("uid 0 " + REASON);
    }

    @Test
    void notRootOfAnotherUserNamespace() throws IOException {
        connect("unshare", "--user", "--map-root-user");

        agent.awaitLog("uid 0 " + REASON);
    }

    @Test
    void aUserWhoIsNamed() throws IOException {
        connect("setpriv", "--reuid=1234", "--regid=1234", "--clear-groups");

        agent.awaitLog("uid 1234", "the rest of the state does not come");
        assertThat(agent.countLogged("refused")).isZero();
    }
}
