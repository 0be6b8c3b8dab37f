package io.github.seccompagent.runtime;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads of a loop that wait until they are needed. A thread of its own keeps some ready, because whoever takes one
 * has no time to start it. Taking one needs neither a lock nor memory.
 */
final class SpareThreads {
    static final int KEPT = 2;

    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ConcurrentLinkedDeque<LoopThread> parked = new ConcurrentLinkedDeque<>();
    private final BooleanSupplier starter;
    private final Thread starting = new Thread(this::keepReady, "spare-starter");
    private volatile boolean stopped;

    /** @param starter starts a thread, which then adds itself here; false if there can be no more */
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

    /** Takes the thread that came last, because it wakes the quickest; null if there is none. */
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

    /** Takes out a certain thread. Returns false if somebody else has taken it. */
    boolean remove(LoopThread thread) {
        return parked.remove(thread);
    }

    /** Whether there are more threads than have to be kept. */
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
                // it tries again later
            }
            if (enough) {
                LockSupport.park(this);
            } else if (started) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1)); // until the new thread has added itself
            } else {
                LockSupport.parkNanos(this, AGAIN_NANOS);
            }
        }
    }
}
