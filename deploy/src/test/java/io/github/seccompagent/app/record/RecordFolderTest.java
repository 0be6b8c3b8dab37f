package io.github.seccompagent.app.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of recordings, when it cannot be written to, and when there are many. */
class RecordFolderTest {
    private static final int MANY = RecordFolder.MOST_RECORDINGS;
    private static final int ENDED = Integer.MAX_VALUE; // no process has that pid
    private static final int RUNS = (int) ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private RecordFolder recordings(Path of) {
        return new RecordFolder(of, Duration.ofMillis(1));
    }

    private static Recording seen(RecordFolder recordings, String name, int pid) {
        Recording recording = recordings.open(name, pid).orElseThrow();
        recording.add("x86_64", "mkdir", RUNS, new NoArguments());
        return recording;
    }

    /** Root may write wherever it wants, but makes no folder below a file. */
    @Test
    void noContainerIsRefusedWhenNothingCanBeWritten() throws IOException {
        Path blocked = Files.createFile(folder.resolve("file"));
        RecordFolder recordings = recordings(blocked.resolve("records"));
        for (int i = 0; i < 3 * MANY; i++) {
            seen(recordings, "r" + i, ENDED);
        }

        Files.delete(blocked);

        Path last = blocked.resolve("records/r" + (3 * MANY - 1) + ".json");
        await().until(() -> Files.exists(last));
        await().until(() -> count(blocked.resolve("records")) == 2 * MANY);
        assertThat(blocked.resolve("records/r0.json")).as("the oldest").doesNotExist();
    }

    private static long count(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .count();
        }
    }

    @Test
    void thoseThatRunKeepTheirPlaces() {
        RecordFolder recordings = recordings(folder.resolve("records"));
        for (int i = 0; i < MANY; i++) {
            seen(recordings, "r" + i, RUNS);
        }

        assertThat(recordings.open("another", RUNS)).isEmpty();
        assertThat(recordings.open("r0", RUNS)).isPresent();
    }

    @Test
    void whatAnEarlierAgentHasWrittenStays() throws UsageException {
        Path evidence = folder.resolve("web.evidence.json");
        seen(recordings(folder), "web", ENDED);
        await().until(() -> Files.exists(folder.resolve("web.json")));
        Evidence.First first = EvidenceFile.read(evidence).calls().get(0).first();

        RecordFolder next = recordings(folder);
        seen(next, "web", ENDED).add("x86_64", "chmod", RUNS, new NoArguments());

        await().until(() -> EvidenceFile.read(evidence).calls().size() == 2);
        Evidence.Call mkdir = EvidenceFile.read(evidence).calls().get(1);
        assertThat(mkdir.name()).isEqualTo("mkdir");
        assertThat(mkdir.count()).isEqualTo(2);
        assertThat(mkdir.first()).isEqualTo(first);
    }
}
