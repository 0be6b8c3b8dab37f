package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The socket file comes, is respected where it belongs to somebody else, and goes. */
class SocketFileIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private final Path socket = folder.resolve("agent.socket");

    @Test
    void isForItsOwnerOnly() throws IOException {
        try (AgentProcess agent = AgentProcess.startAt(socket, "none")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.socket())))
                    .isEqualTo("rw-------");
            assertThat(filesInTheFolder()).containsExactly(socket);
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
        AgentProcess.startAt(socket, "none").close(); // kills it
        assertThat(socket).exists();

        try (AgentProcess next = AgentProcess.startAt(socket, "demo-basic");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(next.socket()))) {
            assertThat(container.shell("mkdir /x; echo /x*").orFail()).isEqualTo("/x" + container.suffix());
        }
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
