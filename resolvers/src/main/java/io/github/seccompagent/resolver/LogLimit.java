package io.github.seccompagent.resolver;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets through a log line a second: a container makes calls without end. Safe for use by several threads. */
final class LogLimit {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier clock;
    private long next;
    private long left;

    /** @param clock as System.nanoTime */
    LogLimit(LongSupplier clock) {
        this.clock = clock;
        next = clock.getAsLong();
    }

    /**
     * Logs a line, or leaves it out.
     *
     * @param line logs one that ends with what it is given, which tells of those left out
     */
    void log(Line line) {
        String ending;
        synchronized (this) {
            long now = clock.getAsLong();
            if (now - next < 0) {
                left++;
                return;
            }
            ending = left == 0 ? "" : "; " + left + " such lines were left out";
            next = now + PAUSE_NANOS;
            left = 0;
        }
        line.log(ending);
    }

    @FunctionalInterface
    interface Line {
        void log(String ending);
    }
}
