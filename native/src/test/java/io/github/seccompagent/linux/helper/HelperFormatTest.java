package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HelperFormatTest {
    @Test
    void theCFilesHaveTheFormatThatTheConfigurationSays() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("clang-format", "--dry-run", "--Werror"));
        try (Stream<Path> files = Files.walk(Path.of("src/main/c"))) {
            files.map(Path::toString).filter(file -> file.matches(".*\\.[ch]")).forEach(command::add);
        }

        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).isEmpty();
        assertThat(process.waitFor()).isZero();
    }
}
