package io.github.seccompagent.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The threads of a loop, as many at most as there are slots. Safe for use by several threads. */
final class LoopThreads {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long an interrupted receive may take, on a machine that is very busy. */
    private static final long LONGEST_RECEIVE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Slots slots;
    private final Set<LoopThread> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lastNumber = new AtomicInteger();

    LoopThreads(Slots slots) {
        this.slots = slots;
    }

    /** Makes a thread. The caller starts it or calls {@link #remove}. Null if the limit is reached. */
    @Nullable LoopThread create(EventLoop loop) {
        Slots.Slot slot = slots.take();
        if (slot == null) {
            return null;
        }
        try {
            return create(loop, slot);
        } catch (Throwable e) { // no memory
            slots.give(slot);
            throw e;
        }
    }

    /** The same with a slot that was taken, for as long as the thread is there. */
    LoopThread create(EventLoop loop, Slots.Slot slot) {
        LoopThread added = new LoopThread(loop, lastNumber.incrementAndGet(), slot);
        all.add(added);
        return added;
    }

    void giveBack(Slots.Slot slot) {
        slots.give(slot);
    }

    /** Removes a thread that has ended or was not started. */
    void remove(LoopThread thread) {
        if (all.remove(thread)) {
            slots.give(thread.slot());
        }
        wakeWaiting();
    }

    /** The same, and its slot stays taken. */
    void removeWithoutSlot(LoopThread thread) {
        all.remove(thread);
        wakeWaiting();
    }

    private void wakeWaiting() {
        synchronized (this) {
            notifyAll();
        }
    }

    /** All threads; the collection follows changes. */
    Collection<LoopThread> all() {
        return all;
    }

    /**
     * Wakes all threads that wait, and waits until they have ended. After the grace it still waits for those that
     * receive. To be called after the loop has stopped.
     *
     * @return the threads that have not ended in time
     */
    synchronized Collection<LoopThread> awaitEnd(Duration grace) {
        long end = System.nanoTime() + grace.toNanos();
        all.forEach(LockSupport::unpark);
        try {
            for (long left = grace.toNanos(); mustWait(left); left = end - System.nanoTime()) {
                all.forEach(LoopThread::interruptReceive); // each time: it may have come before the receive
                TimeUnit.NANOSECONDS.timedWait(this, left > 0 ? Math.min(left, LOOK_NANOS) : LOOK_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it stops waiting then
        }
        return List.copyOf(all);
    }

    private boolean mustWait(long left) {
        return left > 0
                ? !all.isEmpty()
                : left > -LONGEST_RECEIVE_NANOS && all.stream().anyMatch(LoopThread::isReceiving);
    }
}
