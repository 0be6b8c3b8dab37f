package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A program that says in one line when it is ready, and goes on. */
final class TestDaemon {
    private TestDaemon() {}

    static Process start(String line, String... words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            assertThat(output.readLine()).isEqualTo(line);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
