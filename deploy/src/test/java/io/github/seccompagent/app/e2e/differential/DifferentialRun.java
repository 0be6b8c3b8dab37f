package io.github.seccompagent.app.e2e.differential;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The differential suite in one container. */
final class DifferentialRun implements AutoCloseable {
    private static final int MINUTES = 20;

    private final TempFolder folder = TempFolder.create();
    private final Path out = folder.resolve("out");
    private final Path err = folder.resolve("err");
    private final Process process;
    private @Nullable List<String> lines;

    private DifferentialRun(Path program, List<String> selection, List<String> run) {
        List<String> driver = Command.concat(List.of(program.toString()), selection);
        List<String> container = Command.concat(List.of("--", AgentProcess.program(), "run", "--log=warn"), run);
        List<String> inside = List.of("--", program.toString(), "--inside");
        try {
            process = new ProcessBuilder(Command.concat(driver, Command.concat(container, inside)))
                    .redirectInput(folder.emptyFile().toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the suite with an agent that gets no call of it: only swapon is notified, which the suite never makes. */
    static DifferentialRun direct(Path program, List<String> selection) {
        return new DifferentialRun(program, selection, List.of("--resolver=none", "--notify=swapon"));
    }

    /** Starts the suite with an agent that makes all of its calls. */
    static DifferentialRun onBehalf(Path program, List<String> selection) {
        String calls = Command.run(program.toString(), "--calls").orFail();
        return new DifferentialRun(
                program,
                selection,
                List.of("--resolver=pass-through", "--metadata=PASS_OPEN=true", "--notify=" + calls));
    }

    /** Waits for the end, and returns a line for each case. */
    List<String> lines() throws InterruptedException {
        if (lines == null) {
            try {
                if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                    throw new AssertionError("the suite failed: " + Files.readString(err, StandardCharsets.ISO_8859_1));
                }
                lines = Files.readAllLines(out, StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return lines;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        folder.close();
    }
}
