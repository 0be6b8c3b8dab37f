package io.github.seccompagent.app.record;

import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A recording, and the containers that add to it. Safe for use by several threads, but for {@link #load}. */
final class NamedRecording {
    private static final int MANY = 64;

    private final Recording recording = new Recording();
    private final Instant begun = Instant.now();
    private final Map<Long, ProcessHandle> running = new ConcurrentHashMap<>();
    private volatile boolean ended; // a container has, since it was written
    private volatile boolean unwritten;
    private boolean loaded;
    private volatile Instant written = Instant.now();

    Recording recording() {
        return recording;
    }

    /** Adds a container, by its first process. */
    void add(int pid) {
        if (running.size() >= MANY) { // the disk may keep the thread that writes from doing this
            removeEnded();
        }
        ProcessHandle.of(pid).ifPresent(process -> running.put(process.pid(), process));
        written = Instant.now();
    }

    private void removeEnded() {
        if (running.values().removeIf(process -> !process.isAlive())) {
            ended = true;
        }
    }

    /** Whether it is to be written: a container has ended, or it has not been written for so long. */
    boolean isDue(Duration pause) {
        removeEnded();
        return ended || Duration.between(written, Instant.now()).compareTo(pause) >= 0;
    }

    /** Whether no container adds to it any more. */
    boolean isEnded() {
        removeEnded();
        return running.isEmpty();
    }

    /** Whether it is ended and written, and has been for so long. */
    boolean isOver(Duration silence) {
        return running.isEmpty()
                && !unwritten
                && Duration.between(written, Instant.now()).compareTo(silence) >= 0;
    }

    /** Whether it has what no file has. */
    boolean isUnsaved() {
        return unwritten || recording.isChanged();
    }

    /** Whether it could not be written. */
    boolean isUnwritten() {
        return unwritten;
    }

    /** Whether there is anything to write. */
    boolean takeChanged() {
        ended = false;
        boolean changed = recording.takeChanged() || unwritten;
        if (changed) {
            written = Instant.now();
        }
        unwritten = false;
        return changed;
    }

    /** Says that it could not be written. */
    void setUnwritten() {
        unwritten = true;
    }

    /** Adds what a file has, once. For the one thread that writes. */
    void load(Path file) throws UsageException {
        if (!loaded) {
            loaded = true;
            if (Files.exists(file)) {
                recording.addAll(EvidenceFile.read(file));
            }
        }
    }

    Instant begun() {
        return begun;
    }

    Evidence evidence() {
        double seconds = Duration.between(begun, recording.latest()).toMillis() / 1000.0;
        boolean runs = !running.isEmpty();
        return new Evidence(
                Evidence.VERSION,
                "",
                begun.toString(),
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
