package io.github.seccompagent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README shows the code that is compiled here. */
class ReadmeTest {

    @Test
    void theFirstJavaOfTheReadmeIsTheBodyOfEmbedding() throws IOException {
        String readme = Files.readString(module().resolve("../README.md"));
        String source =
                Files.readString(module().resolve("src/main/java/io/github/seccompagent/examples/Embedding.java"));

        String shown = between(readme, "```java\n", "```");
        String compiled = between(source, "main(String[] args) throws Exception {\n", "\n    }\n");

        assertThat(shown).isNotBlank();
        assertThat(tokens(shown)).isEqualTo(tokens(compiled));
    }

    @Test
    void whatTheReadmeShowsTakesTenLines() throws IOException {
        String readme = Files.readString(module().resolve("../README.md"));

        assertThat(between(readme, "```java\n", "```").lines().count()).isBetween(5L, 10L);
    }

    /** The folder of this module, which the tests run in. */
    private static Path module() {
        return Path.of("").toAbsolutePath();
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin);
        assertThat(from).as("the place of %s", begin).isNotNegative();
        int to = text.indexOf(end, from + begin.length());
        assertThat(to).as("the place of %s behind it", end).isNotNegative();
        return text.substring(from + begin.length(), to);
    }

    /** Writes each statement on one line. Line breaks and indentation may differ; spaces inside a line may not. */
    private static String tokens(String code) {
        return code.strip()
                .replaceAll("\\s*\n\\s*", " ")
                .replaceAll("\\( ", "(")
                .replaceAll(" \\.", ".")
                .replace("; ", ";\n")
                .replace("{ ", "{\n");
    }
}
