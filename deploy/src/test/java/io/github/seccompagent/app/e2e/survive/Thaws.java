package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.Freezer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thread that thaws a container each time that it is frozen, and counts that. */
final class Thaws implements AutoCloseable {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Freezer freezer;
    private final Thread thread = new Thread(this::run, "thaws");
    private volatile boolean stopped;
    private int count; // by the thread, until it has ended

    Thaws(Freezer freezer) {
        this.freezer = freezer;
        thread.start();
    }

    private void run() {
        while (!stopped) {
            LockSupport.parkNanos(NANOS);
            if (freezer.isFrozen()) {
                LockSupport.parkNanos(NANOS);
                freezer.thaw();
                count++;
            }
        }
    }

    /** Ends the thread, and returns how often it has thawed the container. */
    int count() {
        close();
        return count;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
