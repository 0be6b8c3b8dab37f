package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.process.ThreadStat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that handlers delay. A signal takes a call away from its handler, and the thread makes the call again. Go's
 * runtime sends itself a signal every 10 ms until {@code runc exec} has executed its program. So an interrupted delay
 * ends at once, and the next call of the thread goes on with it. Otherwise the delay would begin anew for ever. The
 * next agent goes on with the delays of an agent that was killed: when each began is in the slot of its call.
 */
final class Delays {
    private static final Logger LOG = LoggerFactory.getLogger(Delays.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RESTORE_NANOS = TimeUnit.SECONDS.toNanos(30); // as long as a keeper waits for an agent
    private static final int MAX = 1024;

    private final Counters counters;
    private volatile boolean ended;
    private final Map<Integer, Delay> delays = new LinkedHashMap<>(); // guarded by this; by thread; the oldest first

    private static final class Delay {
        final NotificationBuffers slot; // that of the call, for as long as it has its notification
        final Notification notification;
        final long threadStart;
        final DelayStart start;
        final CountDownLatch over = new CountDownLatch(1); // zero when the call is made again, or the agent ends
        volatile long seenNanos; // when the call was last seen waiting

        Delay(NotificationBuffers slot, Notification notification, long threadStart, DelayStart start, long seenNanos) {
            this.slot = slot;
            this.notification = notification;
            this.threadStart = threadStart;
            this.start = start;
            this.seenNanos = seenNanos;
        }

        boolean isRepeatedBy(Notification later, long itsThreadStart, long now) {
            return later.repeats(notification) && itsThreadStart == threadStart && now - seenNanos < AT_ONCE_NANOS;
        }

        /** Ends the wait, since another call of the thread has come. */
        void end() {
            over.countDown();
            if (slot.id() == notification.id()) { // else its thread has received another call there
                slot.setDelay(0, 0);
            }
        }
    }

    Delays(Counters counters) {
        this.counters = counters;
    }

    /**
     * Waits as long as the call waits. Does not wait if too many calls wait, or if no other thread could serve the
     * others meanwhile.
     *
     * @param number which delay of the call it is, from 0 on
     * @param end gives the end of the delay from the time when the call was first made, both in terms of
     *     System.nanoTime
     * @throws ErrnoException ESRCH if the call goes away
     */
    void await(WaitingCall call, int number, LongUnaryOperator end) throws InterruptedException {
        Delay delay = begin(call, number);
        if (delay.start.isAfter(number)) {
            return; // it was over before the call was made again, or before another agent was killed
        }
        long endNanos = end.applyAsLong(delay.start.nanos());
        if (endNanos - System.nanoTime() > 0) {
            await(call, delay, endNanos);
        }
    }

    /**
     * Call it when a call that was delayed is over. If its thread makes it again, its delays are over or go on.
     *
     * @param delivered whether the caller got the answer
     */
    synchronized void end(WaitingCall call, boolean delivered) {
        Delay last = delays.get(call.threadId());
        boolean isOwn =
                last != null && last.notification.id() == call.notification().id();
        if (delivered) {
            call.thread().buffers.setDelay(0, 0);
        }
        if (last == null || !isOwn) {
            return;
        }
        if (delivered) {
            delays.remove(call.threadId());
        } else {
            last.seenNanos = System.nanoTime();
        }
    }

    private void await(WaitingCall call, Delay delay, long endNanos) throws InterruptedException {
        if (!call.thread().mayWait()) {
            leaveOut(call, "too many calls are delayed");
            return;
        }
        if (!call.thread().yieldLeadership()) {
            leaveOut(call, "the agent can have no more threads");
            return;
        }
        try {
            for (long left = endNanos - System.nanoTime(); left > 0 && !ended; left = endNanos - System.nanoTime()) {
                if (delay.over.await(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS) && !ended) {
                    throw new ErrnoException(Errno.ESRCH, "the call was interrupted, and is made again");
                }
                call.requireValid();
                delay.seenNanos = System.nanoTime();
            }
        } finally {
            call.thread().resumeWork();
        }
    }

    private void leaveOut(WaitingCall call, String reason) {
        counters.increment(Counter.DELAYS_LEFT_OUT);
        WARNINGS.log(call.account(), () -> call + ": is not delayed, because " + reason);
    }

    /** Ends all delays, now and later. */
    synchronized void end() {
        ended = true;
        delays.values().forEach(delay -> delay.over.countDown());
    }

    /**
     * Takes over the delay of a call that an agent before had received, and that a signal has taken away since. The
     * thread makes the call again, or has done so.
     */
    void restore(NotificationBuffers left) {
        DelayStart start = DelayStart.of(left);
        long now = System.nanoTime();
        if (start.isKnown() && start.nanos() <= now) {
            Notification notification = left.read();
            Delay delay = new Delay(
                    new NotificationBuffers(), notification, left.delayedThreadStart(), start, now + RESTORE_NANOS);
            synchronized (this) {
                Delay other = delays.remove(notification.threadId());
                forgetOld(now);
                // The later slot of the thread need not be the later one here, but both go on with the same delay.
                delays.put(notification.threadId(), other == null ? delay : other);
            }
        }
    }

    /** Returns what the call waits for: a delay with that number, or with a later one. */
    private Delay begin(WaitingCall call, int number) {
        long threadStart = ThreadStat.of(call.visibleThreadId()).start();
        synchronized (this) {
            // Checked in here: a stale call must not replace the later call of its thread.
            call.requireValid();
            long now = System.nanoTime();
            NotificationBuffers slot = call.thread().buffers;
            Delay earlier = delays.remove(call.threadId());
            DelayStart start = DelayStart.of(slot).notAfter(now); // of an agent before, or of this call's last delay
            if (!start.isKnown() && earlier != null && earlier.isRepeatedBy(call.notification(), threadStart, now)) {
                start = earlier.start;
            }
            if (start.isBefore(number)) {
                start = new DelayStart(number, now);
            }
            start.writeTo(slot, threadStart);
            if (earlier != null
                    && earlier.notification.id() != call.notification().id()) {
                earlier.end();
            }
            Delay delay = new Delay(slot, call.notification(), threadStart, start, now);
            forgetOld(now);
            delays.put(call.threadId(), delay);
            return delay;
        }
    }

    /** Drops old delays, and others if there is no room. A call whose delay was dropped for lack of room waits anew. */
    private void forgetOld(long now) {
        Iterator<Delay> oldest = delays.values().iterator();
        while (oldest.hasNext()) {
            if (now - oldest.next().seenNanos < AT_ONCE_NANOS && delays.size() < MAX) {
                break;
            }
            oldest.remove();
        }
    }
}
