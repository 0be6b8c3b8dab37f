package io.github.seccompagent.app.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files that somebody wants checked. Whatever is in them, there are findings, or one line says what is wrong. */
public final class ProfileFuzz {
    private static final Path FILE = file();

    private ProfileFuzz() {}

    private static Path file() {
        try {
            Path file = Files.createTempFile("fuzz", "");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Files.write(FILE, data);
        try {
            Report report = ProfileCheck.of(List.of(FILE), FILE.resolveSibling("nonexistent"), false);
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            report.print(new PrintStream(printed, false, StandardCharsets.UTF_8), false);
            assertThat(printed.toString(StandardCharsets.UTF_8).replace("\n", ""))
                    .doesNotContainPattern("[\\p{Cntrl}\\u202e]");
            assertThat(report.findings()).isNotEmpty();
        } catch (UsageException e) {
            assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(1000);
        }
    }
}
