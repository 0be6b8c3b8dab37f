package io.github.seccompagent.app.record;

import io.github.seccompagent.app.file.WholeFile;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recordings of containers, and the folder where they are written: each as NAME.json and NAME.evidence.json. They
 * are written soon after their containers have ended, and every few seconds before. Containers with the same name add
 * to the same recording, also those of an agent before.
 *
 * <p>One thread uses the disk, and no container waits for it. What cannot be written is tried again, until its place is
 * needed.
 */
final class RecordFolder {
    static final int MOST_RECORDINGS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(RecordFolder.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final Path folder;
    private final Duration pause;
    private final Map<String, NamedRecording> recordings = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong unrecorded = new AtomicLong();
    private boolean complained; // guarded by this

    /** @param pause how often changed recordings are written */
    RecordFolder(Path folder, Duration pause) {
        this.folder = folder;
        this.pause = pause;
    }

    /**
     * The recording of a name, for one more container.
     *
     * @param pid the container's first process
     * @return empty if the container is not recorded, because too many others are
     * @throws UsageException if the name is not allowed
     */
    Optional<Recording> open(String name, int pid) {
        RecordName.require(name);
        schedule();
        if (isFull() && !recordings.containsKey(name)) {
            makeRoom();
        }
        NamedRecording opened = recordings.compute(name, (key, known) -> {
            if (known == null && isFull()) {
                return null;
            }
            NamedRecording recording = known == null ? new NamedRecording() : known;
            recording.add(pid);
            return recording;
        });
        if (opened == null && isWorthALine(unrecorded.incrementAndGet())) {
            LOG.warn(
                    "A container is not recorded as {}, and its calls go on: {} recordings run already; {} so far",
                    name,
                    MOST_RECORDINGS,
                    unrecorded);
        }
        return Optional.ofNullable(opened).map(NamedRecording::recording);
    }

    private boolean isFull() {
        return recordings.size() >= MOST_RECORDINGS;
    }

    /** Each time that the count has doubled. */
    private static boolean isWorthALine(long count) {
        return Long.bitCount(count) == 1;
    }

    /** Forgets an ended recording: one that is written if there is any, and otherwise the oldest. */
    private void makeRoom() {
        recordings.entrySet().stream()
                .filter(each -> each.getValue().isEnded())
                .min(Comparator.comparing((Map.Entry<String, NamedRecording> each) ->
                                each.getValue().isUnsaved())
                        .thenComparing(each -> each.getValue().begun()))
                .ifPresent(each -> forget(each.getKey(), each.getValue()));
    }

    private void forget(String name, NamedRecording ended) {
        recordings.computeIfPresent(name, (key, present) -> {
            if (present != ended || !ended.isEnded()) {
                return present; // the name is in use again
            }
            if (ended.isUnsaved() && isWorthALine(lost.incrementAndGet())) {
                LOG.warn("The recording {} is lost: its place was needed before it was written; {} so far", name, lost);
            }
            return null;
        });
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
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
        load(name, recording);
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Evidence evidence = recording.evidence();
            WholeFile.write(evidence(name), Report.json(evidence) + "\n");
            WholeFile.write(
                    folder.resolve(name + ".json"), new RecordedProfile(evidence).json(ContainerRuntime.NONE, false));
            if (complained && recordings.values().stream().noneMatch(NamedRecording::isUnwritten)) {
                LOG.info("Recordings can be written to {} again", folder);
                complained = false;
            }
        } catch (IOException | RuntimeException e) {
            recording.setUnwritten();
            if (!complained) {
                LOG.warn("The recording {} cannot be written, and is tried again: {}", name, e.getMessage());
                complained = true;
            }
        }
    }

    private void load(String name, NamedRecording recording) {
        try {
            recording.load(evidence(name));
        } catch (UsageException e) {
            LOG.warn("The recording {} begins anew: {}", name, e.getMessage());
        }
    }

    private Path evidence(String name) {
        return folder.resolve(name + ".evidence.json");
    }
}
