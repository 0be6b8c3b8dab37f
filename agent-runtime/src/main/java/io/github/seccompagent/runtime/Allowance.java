package io.github.seccompagent.runtime;

import java.util.concurrent.TimeUnit;

/** Allows a number of events at once, and after that a number for each second. Safe for use by several threads. */
final class Allowance {
    private final int atOnce;
    private final long nanosEach;
    private int left; // guarded by this
    private long refilled = System.nanoTime(); // guarded by this

    Allowance(int atOnce, int perSecond) {
        this.atOnce = atOnce;
        nanosEach = TimeUnit.SECONDS.toNanos(1) / perSecond;
        left = atOnce;
    }

    /** Takes one event. Returns false if none is left. */
    synchronized boolean take() {
        long more = (System.nanoTime() - refilled) / nanosEach;
        refilled += more * nanosEach;
        left = (int) Math.min(atOnce, left + more);
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
