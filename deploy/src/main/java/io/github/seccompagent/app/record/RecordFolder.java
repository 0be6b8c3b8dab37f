package io.github.seccompagent.app.record;

import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recordings of containers, and the folder where they are written: each as NAME.json and NAME.evidence.json. They
 * are written soon after their containers have ended, and every few seconds before. Containers with the same name add
 * to the same recording, also those of an agent before.
 */
final class RecordFolder {
    private static final Logger LOG = LoggerFactory.getLogger(RecordFolder.class);
    private static final int MOST_RECORDINGS = 256;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final Path folder;
    private final Duration pause;
    private final Map<String, NamedRecording> recordings = new ConcurrentHashMap<>();
    private boolean scheduled;
    private boolean complained; // by the one thread that writes

    /** @param pause how often changed recordings are written */
    RecordFolder(Path folder, Duration pause) {
        this.folder = folder;
        this.pause = pause;
    }

    /**
     * The recording of a name, for one more container.
     *
     * @param pid the container's first process
     * @throws UsageException if the name is not allowed
     * @throws IllegalStateException if there are too many recordings
     */
    Recording open(String name, int pid) {
        RecordName.require(name);
        schedule();
        return recordings
                .compute(name, (key, known) -> {
                    NamedRecording recording = known == null ? begin(name) : known;
                    recording.add(pid);
                    return recording;
                })
                .recording();
    }

    private NamedRecording begin(String name) {
        if (recordings.size() >= MOST_RECORDINGS) {
            throw new IllegalStateException(MOST_RECORDINGS + " recordings run already: end some containers");
        }
        NamedRecording begun = new NamedRecording(new Recording());
        Path before = evidence(name);
        if (Files.exists(before)) {
            try {
                begun.recording().addAll(JsonFile.evidence(before));
            } catch (UsageException e) {
                LOG.warn("The recording {} begins anew: {}", name, e.getMessage());
            }
        }
        return begun;
    }

    private synchronized void schedule() {
        if (!scheduled) {
            scheduled = true;
            Thread writer = new Thread(this::writeNowAndThen, "record-writer");
            writer.setDaemon(true);
            writer.start();
            Runtime.getRuntime().addShutdownHook(new Thread(this::writeAll, "record-shutdown"));
        }
    }

    private void writeNowAndThen() {
        while (true) {
            LockSupport.parkNanos(TICK.toNanos());
            writeDue();
        }
    }

    private void writeDue() {
        recordings.forEach((name, recording) -> {
            if (recording.isDue(pause)) {
                write(name, recording);
            }
            // The name may be in use again at the same moment.
            recordings.computeIfPresent(name, (key, present) -> present.isOver(FORGOTTEN) ? null : present);
        });
    }

    private void writeAll() {
        recordings.forEach(this::write);
    }

    private synchronized void write(String name, NamedRecording recording) {
        if (!recording.takeChanged()) {
            return;
        }
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Evidence evidence = recording.evidence();
            WholeFile.write(evidence(name), Report.json(evidence) + "\n");
            WholeFile.write(
                    folder.resolve(name + ".json"), new RecordedProfile(evidence).json(ContainerRuntime.NONE, false));
            complained = false;
        } catch (IOException | RuntimeException e) {
            recording.setChanged();
            if (!complained) {
                LOG.warn("The recording {} cannot be written, and is tried again: {}", name, e.getMessage());
                complained = true;
            }
        }
    }

    private Path evidence(String name) {
        return folder.resolve(name + ".evidence.json");
    }

    /** A recording, and the containers that add to it. */
    private static final class NamedRecording {
        private final Recording recording;
        private final String started = Instant.now().toString();
        private final Instant begun = Instant.now();
        private final Map<Long, ProcessHandle> running = new ConcurrentHashMap<>();
        private volatile boolean ended; // a container has, since it was written
        private volatile boolean unwritten;
        private volatile Instant written = Instant.now();

        NamedRecording(Recording recording) {
            this.recording = recording;
        }

        Recording recording() {
            return recording;
        }

        void add(int pid) {
            ProcessHandle.of(pid).ifPresent(process -> running.put(process.pid(), process));
            written = Instant.now();
        }

        boolean isDue(Duration pause) {
            ended |= running.values().removeIf(process -> !process.isAlive());
            return ended || Duration.between(written, Instant.now()).compareTo(pause) >= 0;
        }

        boolean isOver(Duration silence) {
            return running.isEmpty()
                    && !unwritten
                    && Duration.between(written, Instant.now()).compareTo(silence) >= 0;
        }

        boolean takeChanged() {
            ended = false;
            boolean changed = recording.takeChanged() || unwritten;
            if (changed) {
                written = Instant.now();
            }
            unwritten = false;
            return changed;
        }

        void setChanged() {
            unwritten = true;
        }

        Evidence evidence() {
            double seconds = Duration.between(begun, recording.latest()).toMillis() / 1000.0;
            boolean runs = !running.isEmpty();
            return new Evidence(
                    Evidence.VERSION,
                    "",
                    started,
                    seconds,
                    runs,
                    runs ? "the container still runs" : "",
                    null,
                    QuietCalls.OF_CONTAINERS,
                    recording.calls(),
                    recording.omitted(),
                    null);
        }
    }
}
