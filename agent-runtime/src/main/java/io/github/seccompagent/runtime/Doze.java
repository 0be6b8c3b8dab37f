package io.github.seccompagent.runtime;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets a thread sleep while it has nothing to do. The thread calls {@link #prepare} before it looks for work. Any work
 * that begins after that wakes it. Any thread may call {@link #wake} and {@link #end}. Only the sleeping thread calls
 * the other methods.
 */
final class Doze {
    private volatile @Nullable Thread sleeper;
    private volatile boolean prepared;
    private volatile boolean ended;

    /**
     * Ends the sleep, or the next one if it is prepared. Does not block, and costs next to nothing while nobody sleeps.
     */
    void wake() {
        if (prepared) {
            prepared = false;
            LockSupport.unpark(sleeper);
        }
    }

    /** Ends the sleep and every later one. */
    void end() {
        ended = true;
        LockSupport.unpark(sleeper);
    }

    boolean isEnded() {
        return ended;
    }

    void prepare() {
        sleeper = Thread.currentThread();
        prepared = true;
    }

    /** Takes {@link #prepare} back, because there is work to do. */
    void cancel() {
        prepared = false;
    }

    /** Sleeps until a {@link #wake}. Returns at once if there was one since {@link #prepare}. */
    void sleep() {
        while (prepared && !ended) {
            LockSupport.park(this);
        }
    }

    /** Does the same, but sleeps no longer than the time. */
    void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && prepared && !ended; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Sleeps for the whole time. {@link #wake} does not end it. */
    void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !ended; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
