package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.document.TextFile;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.CompiledPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy in a file, as it is now. A thread looks at the file each second. What cannot be used leaves the policy as
 * it was, and the log says why, once for each version of the file. Safe for use by several threads: {@link #get} never
 * waits.
 */
public final class PolicyWatch implements Supplier<CompiledPolicy>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int HASH = 12;

    private final Path file;
    private final KeptPolicy kept;
    private final Thread thread = new Thread(this::run, "policy");
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private volatile Version present;
    private volatile boolean isStale;
    private FileVersion seen; // from the start on, only the thread uses this and the next ones
    private String tried;
    private boolean hasWaited;

    /**
     * A policy that is used.
     *
     * @param hash the beginning of the SHA-256 of its text
     * @param since when it was read
     */
    public record Version(CompiledPolicy policy, String hash, Instant since) {}

    private PolicyWatch(Path file, KeptPolicy kept, FileVersion seen, Version present, boolean isStale) {
        this.file = file;
        this.kept = kept;
        this.seen = seen;
        this.tried = isStale ? "" : present.hash();
        this.present = present;
        this.isStale = isStale;
    }

    /**
     * Reads the file, and watches it from then on.
     *
     * @param kept where a copy of the policy is for the next agent
     * @param hasServed whether an agent before this one has left containers. Then the copy that it left is used if the
     *     file is no policy now
     * @throws UsageException if the file is no policy
     */
    public static PolicyWatch start(Path file, KeptPolicy kept, boolean hasServed) {
        FileVersion seen = FileVersion.of(file);
        PolicyWatch watch;
        try {
            String text = textOf(file);
            watch = new PolicyWatch(file, kept, seen, version(file, text), false);
            kept.write(text);
        } catch (UsageException e) {
            Optional<String> former = hasServed ? kept.read() : Optional.empty();
            String text = former.orElseThrow(() -> e);
            watch = new PolicyWatch(file, kept, seen, version(file, text), true);
            LOG.error("{}; the policy of the agent before is used", Printable.of(String.valueOf(e.getMessage())));
        }
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    private static Version version(Path file, String text) {
        return new Version(PolicyFile.of(file.toString(), text).compiled(), hash(text), Instant.now());
    }

    /** A pipe would let the agent wait. */
    private static String textOf(Path file) {
        if (FileVersion.isWritableByOthers(file)) {
            throw new UsageException(file + ": every user may write it, and could grant anything: chmod o-w " + file);
        }
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            throw new UsageException(file + ": it is no regular file: name one, which can be read again");
        }
        return TextFile.read(file, PolicyParser.KIND);
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, HASH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE.toMillis());
                look();
            }
        } catch (InterruptedException e) {
            LOG.debug("the policy is not watched any more");
        }
    }

    private void look() {
        FileVersion now = FileVersion.of(file);
        if (now.isSame(seen)) {
            return;
        }
        boolean isSettled = now.isSettled();
        if (!isSettled && !hasWaited) {
            hasWaited = true;
            return;
        }
        hasWaited = false;
        load();
        if (isSettled) {
            seen = now; // that of before it was read, so a later change is seen
        }
    }

    private void load() {
        String text = "";
        try {
            text = textOf(file);
            String hash = hash(text);
            if (hash.equals(tried)) {
                return;
            }
            tried = hash;
            present = version(file, text);
            isStale = false;
            kept.write(text);
            loads.incrementAndGet();
            LOG.info("{}: a new policy, {}, is used from now on", file, hash);
        } catch (UsageException e) {
            refuse(String.valueOf(e.getMessage()), text);
        } catch (RuntimeException | Error e) { // such as too little memory: the present policy is still there
            refuse(file + ": it cannot be read: " + e, text);
        }
    }

    private void refuse(String reason, String text) {
        if (text.isEmpty() && tried.equals(reason)) {
            return;
        }
        tried = text.isEmpty() ? reason : tried;
        isStale = true;
        refusals.incrementAndGet();
        LOG.error("{}; the policy before, {}, stays in use", Printable.of(reason), present.hash());
    }

    @Override
    public CompiledPolicy get() {
        return present.policy();
    }

    /** What {@link #get} gives, and since when. */
    public Version present() {
        return present;
    }

    /** Whether the file is no policy now, so that an older one is used. */
    public boolean isStale() {
        return isStale;
    }

    /** How often a new version was taken, after the first. */
    public long loads() {
        return loads.get();
    }

    /** How many versions could not be used. */
    public long refusals() {
        return refusals.get();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
