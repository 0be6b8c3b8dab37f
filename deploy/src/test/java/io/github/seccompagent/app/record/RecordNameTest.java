package io.github.seccompagent.app.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever names a recording chooses two files of the folder, and no others. */
class RecordNameTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"web", "web.1", "-", "evidence", "web.evidence2", "web.Evidence", "a.evidence.b"})
    void allowed(String name) {
        assertThat(RecordName.require(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web.evidence", "a.evidence.evidence", ".evidence", "", ".", "..", "a/b", "a\n", "\u00e9"})
    void refused(String name) {
        assertThatThrownBy(() -> RecordName.require(name))
                .isInstanceOf(UsageException.class)
                .message()
                .hasLineCount(1)
                .contains("is no name for a recording");
    }

    @Test
    void aLongOneIsNotRepeated() {
        assertThat(RecordName.require("a".repeat(64))).hasSize(64);
        assertThatThrownBy(() -> RecordName.require("a".repeat(100_000)))
                .message()
                .hasSizeLessThan(300);
    }

    /** The profile of "web.evidence" would be the evidence of "web". */
    @Test
    void aContainerOverwritesNoEvidenceOfAnother() throws Exception {
        RecordFolder records = new RecordFolder(folder, Duration.ZERO);
        Process container = new ProcessBuilder("sleep", "1000").start();
        int pid = (int) container.pid();
        try {
            records.open("web", pid).orElseThrow().add("x86_64", "mkdir", pid, new NoArguments());
            Path evidence = folder.resolve("web.evidence.json");
            await().until(() -> Files.exists(evidence));
            String before = Files.readString(evidence);

            assertThatThrownBy(() -> records.open("web.evidence", pid)).isInstanceOf(UsageException.class);

            Thread.sleep(1500); // longer than a tick
            assertThat(Files.readString(evidence)).isEqualTo(before);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrderElementsOf(List.of("web.json", "web.evidence.json"));
            }
        } finally {
            container.destroyForcibly();
        }
    }
}
