package io.github.seccompagent.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets through a number at once, and a number for each second after that. More have to wait. For use by one thread. */
final class Pace {
    private static final int AT_ONCE = 100;
    private static final long OF_USER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final long nanosEach;
    private long next = System.nanoTime(); // when the next one is due if they come evenly

    private Pace(long nanosEach) {
        this.nanosEach = nanosEach;
    }

    static Pace unlimited() {
        return new Pace(0);
    }

    /** The pace of a user's connections. Those beyond it wait in the kernel, and take nobody else's place there. */
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
