package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.FlushlessFuse;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.fixture.TestDaemon;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The socket file appears, is left alone if it belongs to somebody else, and is removed at the end. */
class SocketFileIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private final Path socket = folder.resolve("agent.socket");
    private final Path control = folder.resolve("agent.socket.control"); // for ps, trace and top

    @Test
    void isForItsOwnerOnly() throws IOException {
        try (AgentProcess agent = AgentProcess.startAt(socket, "none")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.socket())))
                    .isEqualTo("rw-------");
            Await.until("nothing else is left there")
                    .untilAsserted(() -> assertThat(filesInTheFolder()).containsExactlyInAnyOrder(socket, control));
        }
    }

    @Test
    void goesWithTheAgent() throws IOException {
        try (AgentProcess agent = AgentProcess.startAt(socket, "none")) {
            agent.terminate();
            agent.awaitEnd();

            assertThat(filesInTheFolder()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSecondAgentLeavesTheFirstOneAlone(OciRuntime runtime) {
        try (AgentProcess first = AgentProcess.startAt(socket, "demo-basic");
                OciContainer before = OciContainer.start(runtime, OciBundle.notifying(socket))) {
            Command.Result second = Command.run(AgentProcess.program(), "--socketfile=" + socket);

            OneLine.of(second, 1).contains(socket + " is in use");
            try (OciContainer after = OciContainer.start(runtime, OciBundle.notifying(socket))) {
                assertThat(before.shell("mkdir /x; echo /x*").orFail()).isEqualTo("/x" + before.suffix());
                assertThat(after.shell("mkdir /x; echo /x*").orFail()).isEqualTo("/x" + after.suffix());
            }
            assertThat(first.isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isReplacedIfNobodyListens(OciRuntime runtime) {
        AgentProcess.startAt(socket, "none").close(); // kills the agent
        assertThat(socket).exists();

        try (AgentProcess next = AgentProcess.startAt(socket, "demo-basic");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(next.socket()))) {
            assertThat(container.shell("mkdir /x; echo /x*").orFail()).isEqualTo("/x" + container.suffix());
        }
    }

    /**
     * The agent is killed, but one of its threads hangs in the kernel. The socket stays, and nobody will ever accept
     * from it.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "thread"})
    void isReplacedIfWhoListensCannotDie(String where) {
        try (FlushlessFuse fuse = new FlushlessFuse()) {
            Process hanging = hangs(fuse, where);
            assertInUse();

            hanging.destroyForcibly();
            AgentProcess next = AgentProcess.startAt(socket, "demo-basic");
            try (next;
                    OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(socket))) {
                assertThat(hanging.isAlive()).as("it cannot die").isTrue();
                assertThat(container.shell("mkdir /x; echo /x*").orFail()).isEqualTo("/x" + container.suffix());
            }
        }
    }

    /** The process that began to listen was killed, but another process has the socket now. */
    @Test
    void isLeftAloneIfSomebodyElseHasItStill() {
        try (FlushlessFuse fuse = new FlushlessFuse()) {
            Process hanging = hangs(fuse, "child");

            hanging.destroyForcibly();

            assertInUse();
            assertThat(hanging.isAlive()).as("it cannot die").isTrue();
        }
    }

    private Process hangs(FlushlessFuse fuse, String where) {
        String file = fuse.folder().resolve("file").toString();
        Process hanging = TestDaemon.start("listening", TestPrograms.HANGS.toString(), socket.toString(), file, where);
        Await.until("it hangs").until(() -> !hasOpen(hanging.pid(), file));
        return hanging;
    }

    private void assertInUse() {
        OneLine.of(Command.run(AgentProcess.program(), "--socketfile=" + socket), 1)
                .contains(socket + " is in use");
    }

    private static boolean hasOpen(long pid, String file) {
        return !Command.run("find", "/proc/" + pid + "/fd", "-lname", file)
                .orFail()
                .isEmpty();
    }

    @Test
    void anotherFileIsLeftAlone() throws IOException {
        Files.writeString(socket, "precious");

        OneLine.of(Command.run(AgentProcess.program(), "--socketfile=" + socket), 2)
                .contains(socket + " exists and is not a socket");

        assertThat(socket).hasContent("precious");
        assertThat(filesInTheFolder()).containsExactly(socket);
    }

    private Stream<Path> filesInTheFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder.path())) {
            return files.toList().stream();
        }
    }
}
