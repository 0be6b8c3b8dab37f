package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages about security and operations name a test for each of their claims. */
class SecurityPageTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:IT|Test))`");

    @ParameterizedTest
    @CsvSource({"SECURITY.md, 20", "deploy/OPERATIONS.md, 5"})
    void namesTestsThatExist(String page, int many) throws IOException {
        Set<String> named = TEST_NAME
                .matcher(Files.readString(PROJECT.resolve(page)))
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());

        assertThat(named).hasSizeGreaterThan(many);
        assertThat(tests()).containsAll(named);
    }

    private static Set<String> tests() throws IOException {
        Set<String> names = new HashSet<>();
        for (String room : List.of("agent-api", "native", "agent-runtime", "resolvers", "deploy")) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(room).resolve("src/test/java"))) {
                files.map(file -> file.getFileName().toString().replace(".java", ""))
                        .forEach(names::add);
            }
        }
        return names;
    }
}
