package io.github.seccompagent.app.e2e.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.ShownOutput;
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
    @ValueSource(strings = {"record", "profile-minimise", "profile-merge", "profile-diff"})
    void examplesAreReal(String page) throws IOException {
        List<String> session = ShownOutput.session(page);
        assertThat(session).hasSizeGreaterThan(4);

        StringBuilder printed = new StringBuilder();
        for (int i = 0; i < session.size(); i++) {
            if (session.get(i).startsWith("$ ")) {
                String command = session.get(i).substring(2);
                List<String> shown = session.subList(i + 1, session.size()).stream()
                        .takeWhile(line -> !line.startsWith("$ "))
                        .toList();
                writeWhatIsGiven(command, shown);
                printed.append(session.get(i)).append('\n').append(run(command));
            }
        }

        assertThat(printed.toString().lines().toList()).isEqualTo(session);
    }

    /** A file that no command before has made is what a reader has. */
    private void writeWhatIsGiven(String command, List<String> shown) throws IOException {
        if (command.matches("cat [a-z0-9]+\\.json")) {
            Path file = folder.resolve(command.substring("cat ".length()));
            if (!Files.exists(file)) {
                Files.write(file, shown);
            }
        }
    }

    private String run(String line) {
        Path programs = Path.of(AgentProcess.program()).toAbsolutePath().getParent();
        String script = "cd \"$0\" && PATH=$1:$PATH && { " + line + "; } 2>&1";
        return Command.run("sh", "-c", script, folder.path().toString(), programs.toString())
                .out();
    }
}
