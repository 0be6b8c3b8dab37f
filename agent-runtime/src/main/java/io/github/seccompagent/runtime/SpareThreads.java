package io.github.seccompagent.runtime;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads of a loop that wait until they are needed. A thread of its own sees to it that there always are some: whoever
 * takes one has no time to start it, and neither lock nor memory are needed to take one.
 */
final class SpareThreads {
    static final int KEPT = 2;

    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ConcurrentLinkedDeque<LoopThread> parked = new ConcurrentLinkedDeque<>();
    private final BooleanSupplier starter;
    private final Thread starting = new Thread(this::keepReady, "spare-starter");
    private volatile boolean stopped;

    /** @param starter starts one, which then comes here; false if there can be no more */
    SpareThreads(BooleanSupplier starter) {
        this.starter = starter;
        starting.setDaemon(true);
    }

    void start() {
        starting.start();
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(starting);
    }

    /** The one that came last, which is quickest to wake; null if there is none. */
    @Nullable LoopThread take() {
        LoopThread taken = parked.pollFirst();
        if (parked.isEmpty()) {
            LockSupport.unpark(starting);
        }
        return taken;
    }

    void add(LoopThread thread) {
        parked.addFirst(thread);
    }

    /** Takes out a certain one; false if somebody else has taken it. */
    boolean remove(LoopThread thread) {
        return parked.remove(thread);
    }

    /** Whether there are more than have to be kept. */
    boolean hasMany() {
        return parked.size() > KEPT;
    }

    private void keepReady() {
        while (!stopped) {
            boolean enough = !parked.isEmpty();
            boolean started = false;
            try {
                started = !enough && starter.getAsBoolean();
            } catch (Throwable noMemoryOrProcesses) {
                // it is tried again
            }
            if (enough) {
                LockSupport.park(this);
            } else if (started) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1)); // until it has come here
            } else {
                LockSupport.parkNanos(this, AGAIN_NANOS);
            }
        }
    }
}
