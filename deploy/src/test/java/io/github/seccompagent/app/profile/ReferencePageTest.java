package io.github.seccompagent.app.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.report.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of {@code profile check} shows real output, and names every finding. */
class ReferencePageTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/seccompagent/app/profile");
    private static final Pattern EXAMPLE =
            Pattern.compile("\\$ cat demo.json\n(.*?)\\$ seccomp-agent [^\n]*\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile(
            "(?:(?:error|warning|note)\\(|new Finding\\(|refused\\()\\s*\"([a-z][a-z0-9.-]+)\",", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private static String page() throws IOException {
        return Files.readString(Path.of("reference/profile-check.md"));
    }

    @Test
    void theExample() throws IOException {
        Matcher example = EXAMPLE.matcher(page());
        assertThat(example.find()).isTrue();
        Path file = Files.writeString(folder.resolve("demo.json"), example.group(1));

        Report report = ProfileCheck.of(List.of(file), folder, true);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        report.print(new PrintStream(printed, false, StandardCharsets.UTF_8), false);

        assertThat(printed.toString(StandardCharsets.UTF_8).replace(folder + "/", ""))
                .isEqualTo(example.group(2));
    }

    @Test
    void everyFindingIsListed() throws IOException {
        Set<String> ids = new TreeSet<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Matcher id = ID.matcher(Files.readString(file));
                while (id.find()) {
                    ids.add(id.group(1));
                }
            }
        }
        String page = page();
        assertThat(ids).hasSizeGreaterThan(40).allMatch(id -> page.contains("`" + id + "`"));
    }
}
