package io.github.seccompagent.runtime;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets a thread sleep while it has nothing to do. The thread calls {@link #prepare} before it looks for work: whatever begins
 * from there on wakes it. {@link #wake} and {@link #end} are for any thread, all else is for the one that sleeps.
 */
final class Doze {
    private volatile @Nullable Thread sleeper;
    private volatile boolean prepared;
    private volatile boolean ended;

    /** Ends the sleep, or the one that is prepared. Does not block, and next to nothing while there is none. */
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

    /** There is something to do, so nobody needs to wake. */
    void cancel() {
        prepared = false;
    }

    /** Sleeps until somebody wakes it, if nobody has since {@link #prepare}. */
    void sleep() {
        while (prepared && !ended) {
            LockSupport.park(this);
        }
    }

    /** The same, for a time at most. */
    void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && prepared && !ended; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Sleeps for a time, whoever wakes. */
    void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !ended; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
