package io.github.seccompagent.app.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about policies shows policies that work, and names every field and every finding. */
class PolicyPageTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/seccompagent/app/policy");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ID =
            Pattern.compile("(?:error\\(|new Finding\\()\\s*(?:isError \\? )?\"([a-z][a-z-]+)\"(?: : \"([a-z-]+)\")?,");

    private static String page() throws IOException {
        return Files.readString(Path.of("reference/policy.md"));
    }

    @Test
    void theExamplesHaveNoFinding() throws IOException {
        Matcher example = EXAMPLE.matcher(page());
        int count = 0;
        while (example.find()) {
            count++;
            assertThat(Policies.read(example.group(1)).findings()).isEmpty();
        }
        assertThat(count).isPositive();
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
        assertThat(ids).hasSizeGreaterThan(12).allMatch(id -> page.contains("`" + id + "`"));
    }

    @Test
    void everyFieldOfTheSchemaIsListed() throws IOException {
        JsonNode schema =
                new ObjectMapper().readTree(Files.readString(Path.of("src/main/dist/share/policy.schema.json")));
        Set<String> fields = new TreeSet<>();
        schema.findValues("properties")
                .forEach(properties -> properties.fieldNames().forEachRemaining(fields::add));
        String page = page();
        assertThat(fields).hasSizeGreaterThan(30).allMatch(field -> page.matches("(?s).*\\b" + field + "\\b.*"));
    }
}
