package io.github.seccompagent.runtime;

import java.util.concurrent.TimeUnit;

/**
 * Counts anew before a caller is told that there are too many of something. Somebody who asks all the time gets true
 * answers all the same. At most a tenth of the time is spent on counting. Meanwhile the others wait, all for the same
 * count. Safe for use by several threads.
 */
final class Recount {
    private static final int REST = 9; // pause after a count, as a multiple of its time
    private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long begunNanos; // guarded by this
    private long nextNanos; // guarded by this
    private boolean isFirst = true; // guarded by this

    /** Returns after a count that began after this was called. */
    void request(Runnable count) throws InterruptedException {
        long asked = System.nanoTime();
        synchronized (this) {
            if (!isFirst && begunNanos - asked >= 0) {
                return;
            }
            long rest = isFirst ? 0 : nextNanos - System.nanoTime();
            if (rest > 0) {
                TimeUnit.NANOSECONDS.sleep(rest); // with the lock held: the others can only wait too
            }
            begunNanos = System.nanoTime();
            isFirst = false;
            count.run();
            long end = System.nanoTime();
            nextNanos = end + Math.min(REST * (end - begunNanos), LONGEST_REST_NANOS);
        }
    }
}
