package io.github.seccompagent.app.e2e.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages of the reference show is what the commands print. */
class RecordReferenceIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    @ParameterizedTest
    @ValueSource(strings = {"record", "profile-minimise"})
    void examplesAreReal(String page) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("reference", page + ".md"));
        List<String> session = lines.stream()
                .dropWhile(line -> !line.startsWith("$ "))
                .takeWhile(line -> !line.equals("```"))
                .toList();
        assertThat(session).hasSizeGreaterThan(4);

        StringBuilder printed = new StringBuilder();
        for (String line : session) {
            if (line.startsWith("$ ")) {
                printed.append(line).append('\n').append(run(line.substring(2)));
            }
        }

        assertThat(printed.toString().lines().toList()).isEqualTo(session);
    }

    private String run(String line) {
        Path programs = Path.of(AgentProcess.program()).toAbsolutePath().getParent();
        String script = "cd \"$0\" && PATH=$1:$PATH && { " + line + "; } 2>&1";
        return Command.run("sh", "-c", script, folder.path().toString(), programs.toString())
                .out();
    }
}
