package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.notify.Notification;
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
 * ends at once, and the next call of the thread goes on with it. Otherwise the delay would begin anew for ever.
 */
final class Delays {
    private static final Logger LOG = LoggerFactory.getLogger(Delays.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX = 1024;

    private final Counters counters;
    private volatile boolean ended;
    private final Map<Integer, Delay> delays = new LinkedHashMap<>(); // guarded by this; by thread; the oldest first

    private static final class Delay {
        final Notification notification;
        final long threadStart;
        final long firstNanos;
        final CountDownLatch over = new CountDownLatch(1); // zero when the call is made again, or the agent ends
        volatile long seenNanos; // when the call was last seen waiting

        Delay(Notification notification, long threadStart, long firstNanos) {
            this.notification = notification;
            this.threadStart = threadStart;
            this.firstNanos = firstNanos;
            seenNanos = System.nanoTime();
        }
    }

    Delays(Counters counters) {
        this.counters = counters;
    }

    /**
     * Waits as long as the call waits. Does not wait if too many calls wait, or if no other thread could serve the
     * others meanwhile.
     *
     * @param end gives the end of the delay from the time when the call was first made, both in terms of
     *     System.nanoTime
     * @throws ErrnoException ESRCH if the call goes away
     */
    void await(WaitingCall call, LongUnaryOperator end) throws InterruptedException {
        Delay delay = begin(call);
        long endNanos = end.applyAsLong(delay.firstNanos);
        if (endNanos - System.nanoTime() > 0) {
            await(call, delay, endNanos);
        }
        synchronized (this) {
            delays.remove(call.threadId(), delay);
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

    private Delay begin(WaitingCall call) {
        long threadStart = ThreadStat.of(call.visibleThreadId()).start();
        synchronized (this) {
            // Checked in here: a stale call must not replace the later call of its thread.
            call.requireValid();
            long now = System.nanoTime();
            Delay earlier = delays.remove(call.threadId());
            long first = now;
            if (earlier != null) {
                boolean again = call.notification().repeats(earlier.notification)
                        && threadStart == earlier.threadStart
                        && now - earlier.seenNanos < AT_ONCE_NANOS;
                first = again ? earlier.firstNanos : now;
                earlier.over.countDown();
            }
            Delay delay = new Delay(call.notification(), threadStart, first);
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
