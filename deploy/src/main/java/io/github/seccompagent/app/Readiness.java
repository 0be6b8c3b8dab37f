package io.github.seccompagent.app;

import io.github.seccompagent.api.ErrnoException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Finds out whether the agent serves, by trials. A trial costs a process, and takes seconds if the agent does not
 * answer. So its own thread makes one trial at a time. All who ask during the trial, or shortly after it, share the
 * result. Safe for use by several threads.
 */
final class Readiness implements AutoCloseable {
    private static final int MAX_WAITING = 512;

    private final Runnable trial;
    private final long keepNanos;
    private final Thread thread = new Thread(this::run, "readiness");
    private final Queue<Consumer<String>> waiting = new ArrayDeque<>(); // guarded by this
    private boolean known; // guarded by this
    private String last = ""; // guarded by this
    private long endNanos; // guarded by this; when the last trial ended

    /**
     * Starts the thread, without a trial yet.
     *
     * @param trial throws ErrnoException if the agent does not serve. It must end, whatever the agent does
     * @param keep how long a result is valid
     */
    Readiness(Runnable trial, Duration keep) {
        this.trial = trial;
        keepNanos = keep.toNanos();
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Asks whether the agent serves. Does not wait.
     *
     * @param answer gets an empty string if the agent serves, else one line that says what is wrong. It is called at
     *     once, or later by another thread
     */
    void ask(Consumer<String> answer) {
        String result = "too many requests wait for the trial of the agent, which has not ended yet";
        synchronized (this) {
            if (known && System.nanoTime() - endNanos < keepNanos) {
                result = last;
            } else if (waiting.size() < MAX_WAITING) {
                waiting.add(answer);
                notifyAll();
                return;
            }
        }
        answer.accept(result);
    }

    private void run() {
        try {
            while (true) {
                awaitSomebody();
                String result = tryOut();
                share(result).forEach(each -> each.accept(result));
            }
        } catch (InterruptedException closed) {
            share("").forEach(each -> each.accept("the agent ends"));
        }
    }

    private synchronized void awaitSomebody() throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
    }

    private String tryOut() {
        try {
            trial.run();
            return "";
        } catch (ErrnoException e) {
            return e.getMessage();
        } catch (RuntimeException e) { // whatever it is, the next trial must take place
            return e.toString();
        }
    }

    /** Keeps a result, and returns those who wait for it. */
    private synchronized List<Consumer<String>> share(String result) {
        known = true;
        last = result;
        endNanos = System.nanoTime();
        List<Consumer<String>> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
