package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Lines have no more columns than {@code .editorconfig} allows. */
class LineLengthTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final int COLUMNS = 120;
    private static final Pattern SOURCE =
            Pattern.compile("(?!mvnw)([a-z-]+|.+\\.(java|c|h|sh|md|xml|yaml|proto|service))");
    private static final Pattern FOLDER_OF_OTHERS = Pattern.compile("target|\\.(?!ci$).*");
    private static final Pattern ROW_OF_MARKDOWN = Pattern.compile("\\|.*\\|");

    @Test
    void theColumnsAreThoseOfTheEditor() {
        assertThat(PROJECT.resolve(".editorconfig")).content().containsOnlyOnce("max_line_length = " + COLUMNS + "\n");
    }

    @Test
    void noLineIsTooLong() throws IOException {
        List<Path> sources = sources();
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources) {
            int number = 0;
            for (String line : Files.readAllLines(source)) {
                number++;
                if (line.codePointCount(0, line.length()) > COLUMNS
                        && !ROW_OF_MARKDOWN.matcher(line).matches()) {
                    tooLong.add(PROJECT.relativize(source) + ":" + number);
                }
            }
        }

        assertThat(sources)
                .hasSizeGreaterThan(500)
                .contains(PROJECT.resolve("README.md"), PROJECT.resolve("pom.xml"), PROJECT.resolve("deploy/test"));
        assertThat(tooLong).isEmpty();
    }

    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean others = FOLDER_OF_OTHERS
                        .matcher(folder.getFileName().toString())
                        .matches();
                return others && !folder.equals(PROJECT) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()
                        && SOURCE.matcher(file.getFileName().toString()).matches()) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
