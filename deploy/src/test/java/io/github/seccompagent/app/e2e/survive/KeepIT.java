package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher starts the agent under its keeper. */
class KeepIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private final Path socket = folder.resolve("agent.socket");
    private final Path keepersSocket = folder.resolve("agent.socket.keeper");

    @ParameterizedTest
    @ValueSource(strings = {"--socketfile=%s", "--socketfile %s", "-socketfile=%s", "-socketfile %s"})
    void theKeeperListensBesideTheAgent(String option) throws Exception {
        List<String> options = List.of(option.formatted(socket).split(" "));
        Process keeper = new ProcessBuilder(
                        Command.concat(List.of(AgentProcess.program(), "keep", "--takeover"), options))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = keeper.inputReader()) {
            assertThat(out.readLine()).contains("listening on " + socket);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keepersSocket)))
                    .isEqualTo("rw-------");
            List<ProcessHandle> processes = keeper.descendants().toList();
            assertThat(processes)
                    .anyMatch(process -> process.info().command().orElse("").endsWith("/java"));

            keeper.destroy();
            assertThat(keeper.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(keeper.exitValue()).as("what the agent ends with").isEqualTo(143);
            assertThat(keepersSocket).doesNotExist();
            assertThat(socket).doesNotExist();
            await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            keeper.descendants().forEach(ProcessHandle::destroyForcibly);
            keeper.destroyForcibly();
        }
    }

    @Test
    void whatTheAgentCannotDoItSaysAsWithoutAKeeper() {
        OneLine.of(
                        Command.run(
                                AgentProcess.program(),
                                "keep",
                                "--stay",
                                "--socketfile=" + socket,
                                "--resolver=nobody"),
                        2)
                .contains("unknown resolver 'nobody'");
        assertThat(keepersSocket).doesNotExist();
    }
}
