package io.github.seccompagent.app.filter;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many instructions may be followed for all calls of a chain, and for how long. Filters of containers need a
 * million or two. A hostile filter could need any number for each call. For use by one thread.
 */
final class Budget {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int LOOK = 1 << 8; // instructions from one look at the clock to the next

    private final LongSupplier nanoTime;
    private int left = 8_000_000;
    private long begin;

    Budget() {
        this(System::nanoTime);
    }

    /** @param nanoTime the clock */
    Budget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Takes one. Returns false if none is left. */
    boolean take() {
        if (left % LOOK == 0 && isLate()) {
            left = 0;
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    private boolean isLate() {
        long now = nanoTime.getAsLong();
        if (begin == 0) {
            begin = now;
        }
        return now - begin > LONGEST_NANOS;
    }
}
