package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who may hand over a listener. */
class PeersIT {
    private static final String[] USER = {"setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"};
    private static final String FOREIGN = Long.toString(ProcessHandle.current().pid());
    private static final int LISTENERS_OF_A_USER = 256;
    private static final String REASON = "refused: it is not root with CAP_SYS_ADMIN in the agent's user namespace";

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("none", "--handshake-timeout=1s", "--allow-uid=1234");

    /** Has a process connect. The process ends when the agent closes the connection. */
    private void connect(String... as) throws IOException {
        connect(List.of(), as);
    }

    private String connect(List<String> arguments, String... as) throws IOException {
        return Command.run(Command.concat(connector(as), arguments)).orFail();
    }

    private List<String> connector(String... as) throws IOException {
        Files.setPosixFilePermissions(agent.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        return Command.concat(
                List.of(as),
                List.of(TestPrograms.CONNECT.toString(), agent.socket().toString()));
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
        connect(USER);

        agent.awaitLog("uid 1234", "the rest of the state does not come");
        assertThat(agent.countLogged(" refused: ")).isZero();
    }

    /** A user's connections that send nothing take no place from the connections of runtimes. */
    @Test
    void aUserWhoIsNamedKeepsItselfWaitingOnly() throws Exception {
        List<Process> idle = new ArrayList<>();
        try {
            while (agent.countLogged("too many connections wait") == 0) {
                assertThat(idle).hasSizeLessThan(500);
                idle.add(new ProcessBuilder(connector(USER)).start());
            }
            assertThat(connect(List.of("own"))).isEqualTo("Success");
            assertThat(agent.log()).noneMatch(line -> line.contains("too many") && !line.contains("uid 1234"));
        } finally {
            idle.forEach(Process::destroyForcibly);
        }
    }

    /**
     * A user owns its socket and may let anybody in. The user is charged for that, not the process that the main socket
     * refuses.
     */
    @Test
    void aUserWhoLetsOthersInIsChargedForThem() throws Exception {
        Path own = Path.of(agent.socket() + ".1234");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-rw-rw-"));
        for (int uid = 65530; uid < 65534; uid++) {
            for (int i = 0; i < 25; i++) {
                Command.run(
                                "setpriv",
                                "--reuid=5555",
                                "--clear-groups",
                                TestPrograms.CONNECT.toString(),
                                own.toString())
                        .orFail();
            }
            connect("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups");
        }

        for (int uid = 65530; uid < 65534; uid++) {
            agent.awaitLog("uid " + uid + " " + REASON);
        }
    }

    /** Otherwise the connections would take the agent's descriptors from all others. */
    @Test
    void aUserWhoIsNamedHasSoManyListeners() throws IOException {
        List<Process> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < LISTENERS_OF_A_USER; i++) {
                Process one = new ProcessBuilder(Command.concat(connector(USER), List.of("own", "stay"))).start();
                crowd.add(one);
                assertThat(one.inputReader().readLine()).isEqualTo("Success");
            }
            assertThat(connect(List.of("own"), USER)).isEqualTo("Function not implemented");
            agent.awaitLog("its user has as many listeners as a user may");
            assertThat(connect(List.of("own"))).isEqualTo("Success");

            crowd.remove(0).getOutputStream().close();
            Await.until("room for another")
                    .until(() -> connect(List.of("own"), USER).equals("Success"));
        } finally {
            crowd.forEach(Process::destroyForcibly);
        }
    }

    /** Otherwise a user could have any process killed, or pretend to be any pod. */
    @Test
    void aUserWhoIsNamedHandsOverItsOwnProcessesOnly() throws IOException {
        assertThat(connect(List.of("own"), USER)).isEqualTo("Success");
        agent.awaitLog("container handed of uid 1234");

        assertThat(connect(List.of(FOREIGN), USER)).isEqualTo("Function not implemented");
        agent.awaitLog("container handed", "process " + FOREIGN + " is not one of uid 1234");
    }

    @Test
    void anAdministratorHandsOverAny() throws IOException {
        assertThat(connect(List.of(FOREIGN))).isEqualTo("Success");
    }
}
