package io.github.seccompagent.runtime;

import java.util.concurrent.TimeUnit;

/**
 * Counts anew, before somebody is told that there are too many of something. Who asks all the time gets true answers all
 * the same, but a tenth of the time at most is spent on them: the others wait, all for the same count. Safe for use by
 * several threads.
 */
final class Recount {
    private static final int REST = 9; // times as long as it took
    private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long begunNanos; // guarded by this
    private long nextNanos; // guarded by this
    private boolean isFirst = true; // guarded by this

    /** Returns when a count has been made that began after this was called. */
    void request(Runnable count) throws InterruptedException {
        long asked = System.nanoTime();
        synchronized (this) {
            if (!isFirst && begunNanos - asked >= 0) {
                return;
            }
            long rest = isFirst ? 0 : nextNanos - System.nanoTime();
            if (rest > 0) {
                TimeUnit.NANOSECONDS.sleep(rest); // others of the same have nothing to do but to wait too
            }
            begunNanos = System.nanoTime();
            isFirst = false;
            count.run();
            long end = System.nanoTime();
            nextNanos = end + Math.min(REST * (end - begunNanos), LONGEST_REST_NANOS);
        }
    }
}
