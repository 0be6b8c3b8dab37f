package io.github.seccompagent.app;

import io.github.seccompagent.api.ErrnoException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Whether the agent serves, by trials of it. A trial costs a process, and seconds where the agent does not answer: so a thread of
 * its own makes one at a time, and all who ask meanwhile and for a while after share it. Safe for use by several threads.
 */
final class Readiness implements AutoCloseable {
    private static final int MAX_WAITING = 512;

    private final Runnable trial;
    private final long keepNanos;
    private final Thread thread = new Thread(this::run, "readiness");
    private final Queue<Consumer<String>> waiting = new ArrayDeque<>(); // guarded by this
    private boolean known; // guarded by this
    private String last = ""; // guarded by this
    private long endNanos; // guarded by this; of the last trial

    /**
     * Nothing is tried yet.
     *
     * @param trial throws ErrnoException if the agent does not serve; it has to end, whatever the agent does
     * @param keep how long its result holds
     */
    Readiness(Runnable trial, Duration keep) {
        this.trial = trial;
        keepNanos = keep.toNanos();
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Asks, and does not wait.
     *
     * @param answer gets what is wrong, in one line, or nothing if the agent serves; at once, or of another thread later
     */
    void ask(Consumer<String> answer) {
        String result = "the agent is being tried and has not answered yet; too many wait for that";
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
        } catch (RuntimeException e) { // whatever it is, there is a next trial
            return e.toString();
        }
    }

    /** Keeps a result. Returns who waits for it. */
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
