package io.github.seccompagent.app;

import io.github.seccompagent.api.ErrnoException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Whether the agent serves, by trials of it. A trial costs a process, and seconds where the agent does not answer: so all who
 * ask meanwhile and for a while after share one, and only a few wait for it. Safe for use by several threads.
 */
final class Readiness {
    /** Besides the one that tries: the endpoint has ten threads, and the others are for those who ask something else. */
    private static final int MAX_WAITING = 3;

    private final Runnable trial;
    private final long keepNanos;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private @Nullable FutureTask<String> last; // guarded by this
    private volatile long endNanos; // of the last one, once that is done

    /**
     * Nothing is tried yet.
     *
     * @param trial throws ErrnoException if the agent does not serve; it has to end, whatever the agent does
     * @param keep how long its result holds
     */
    Readiness(Runnable trial, Duration keep) {
        this.trial = trial;
        keepNanos = keep.toNanos();
    }

    /** What is wrong, in one line; empty if the agent serves. */
    String trouble() throws InterruptedException {
        FutureTask<String> mine = null;
        FutureTask<String> current;
        synchronized (this) {
            if (last == null || (last.isDone() && System.nanoTime() - endNanos >= keepNanos)) {
                mine = new FutureTask<>(this::tryOut);
                last = mine;
            }
            current = last;
        }
        if (mine != null) {
            mine.run();
        }
        if (current.isDone()) {
            return resultOf(current);
        }
        if (!waiting.tryAcquire()) {
            return "the agent is being tried and has not answered yet; too many wait for that";
        }
        try {
            return resultOf(current);
        } finally {
            waiting.release();
        }
    }

    private String tryOut() {
        try {
            trial.run();
            return "";
        } catch (ErrnoException e) {
            return e.getMessage();
        } finally {
            endNanos = System.nanoTime();
        }
    }

    private static String resultOf(FutureTask<String> trial) throws InterruptedException {
        try {
            return trial.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
