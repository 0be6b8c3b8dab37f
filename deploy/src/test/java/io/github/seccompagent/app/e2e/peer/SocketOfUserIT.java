package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Each allowed uid has its own socket. Whatever it does there, administrators are still served. */
class SocketOfUserIT {
    private static final String[] USER = {"setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"};
    private static final int CONNECTIONS = 79;
    private static final int FEW = 100;

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("demo-basic", "--allow-uid=1234");

    private final Path socket = Path.of(agent.socket() + ".1234");

    private static Process begin(String... words) throws IOException {
        return new ProcessBuilder(Command.concat(List.of(USER), List.of(words)))
                .redirectErrorStream(true)
                .start();
    }

    private void assertAnAdministratorIsServed() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            container.shell("mkdir /x").orFail();
            assertThat(container.hasFolder("/x" + container.suffix())).isTrue();
        }
    }

    @Test
    void itIsOfThatUserOnly() throws IOException {
        assertThat(Files.getAttribute(socket, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(1234);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.socket())))
                .isEqualTo("rw-------");

        assertThat(Command.run(Command.concat(
                                List.of(USER), List.of(TestPrograms.CONNECT.toString(), socket.toString(), "own")))
                        .orFail())
                .isEqualTo("Success");
        agent.awaitLog("container handed of uid 1234: serving");

        agent.terminate();
        agent.awaitEnd();
        assertThat(socket).doesNotExist();
    }

    /** Closing one of these descriptors takes a minute for whoever closes it. */
    @Test
    void descriptorsThatCloseSlowlyTakeNobodysPlace() throws Exception {
        int before = agent.fdCount();
        Process attack =
                begin(TestPrograms.attack("linger").toString(), socket.toString(), Integer.toString(CONNECTIONS));
        try {
            assertThat(attack.inputReader().readLine()).isEqualTo("sent");
            agent.awaitLog("uid 1234", "more than 8 descriptors");
            assertAnAdministratorIsServed();
            assertThat(agent.fdCount()).isLessThan(before + 2 * FEW);
            assertThat(Command.run(Command.concat(
                                    List.of(USER), List.of(TestPrograms.CONNECT.toString(), socket.toString(), "own")))
                            .orFail())
                    .isEqualTo("Success");
        } finally {
            attack.destroyForcibly();
        }
        Await.until("as many descriptors as before").until(() -> agent.fdCount() <= before + FEW);
    }

    @Test
    void aFloodOfConnectionsKeepsItselfWaitingOnly() throws Exception {
        Process attack = begin(TestPrograms.attack("knock").toString(), socket.toString(), "5");
        try {
            for (int i = 0; i < 5; i++) {
                assertAnAdministratorIsServed();
            }
            assertThat(attack.waitFor()).isZero();
            assertThat(Long.parseLong(attack.inputReader().readLine())).isPositive();
            assertThat(agent.log())
                    .filteredOn(line -> line.contains("uid 1234"))
                    .hasSizeLessThan(FEW);
            assertThat(agent.fdCount()).isLessThan(1_000);
        } finally {
            attack.destroyForcibly();
        }
    }
}
