package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelperAnalysisTest {
    /** From gcc 13 on, the analyzer thinks that each dup2 to a fixed number leaks. */
    private static final String OPTIONS = "-fanalyzer -Og -Wno-analyzer-fd-leak";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"src/main/c/build.sh", "src/main/c/crossing/build.sh"})
    void theCompilersAnalyzerFindsNothing(String script) throws IOException, InterruptedException {
        String program = folder.resolve("analyzed").toString();
        ProcessBuilder build = new ProcessBuilder("sh", script, program).redirectErrorStream(true);
        build.environment().put("CFLAGS", OPTIONS);

        Process process = build.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).isEmpty();
        assertThat(process.waitFor()).isZero();
    }
}
