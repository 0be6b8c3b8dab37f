package io.github.seccompagent.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** So many at once, and so many a second; whoever wants more waits. For use by one thread. */
final class Pace {
    private static final int AT_ONCE = 100;
    private static final long OF_USER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final long nanosEach;
    private long next = System.nanoTime(); // when the next one is due, if all come one after another

    private Pace(long nanosEach) {
        this.nanosEach = nanosEach;
    }

    static Pace unlimited() {
        return new Pace(0);
    }

    /** What a user's connections have: the others wait in the kernel, where they take no place of anybody else's. */
    static Pace ofUser() {
        return new Pace(OF_USER_NANOS);
    }

    void await() {
        long now = System.nanoTime();
        long earliest = now - AT_ONCE * nanosEach;
        next = (next - earliest < 0 ? earliest : next) + nanosEach;
        long left = next - now;
        while (left > 0) {
            LockSupport.parkNanos(this, left);
            left = next - System.nanoTime();
        }
    }
}
