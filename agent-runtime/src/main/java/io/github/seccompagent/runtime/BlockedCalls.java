package io.github.seccompagent.runtime;

import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.ExecutorWorker.Blocked;
import io.github.seccompagent.linux.NotificationBuffers;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the workers end whose calls nobody waits for any more, a few milliseconds after: the kernel wakes nobody then, so it is
 * asked, by one thread for all calls that block. The more there are the less often, so that this never takes more than a
 * fiftieth of a processor. While there are none it sleeps. Safe for use by several threads.
 */
final class BlockedCalls extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(BlockedCalls.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int TIMES_IDLE = 50;

    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final NotificationBuffers buffers = new NotificationBuffers();
    private volatile boolean dozing;
    private volatile boolean stopped;

    /** A call whose worker blocks. */
    private static final class Entry {
        private final HandledCall call;
        private final Runnable letGo;
        private boolean over; // guarded by this

        private Entry(HandledCall call, Runnable letGo) {
            this.call = call;
            this.letGo = letGo;
        }

        /** In here the handling thread cannot go on and close the worker or the listener, whose numbers were others' then. */
        private synchronized void look(NotificationBuffers buffers) {
            if (!over && !call.isValid(buffers)) {
                letGo.run();
            }
        }

        private synchronized void end() {
            over = true;
        }
    }

    BlockedCalls() {
        super("blocked-calls");
        setDaemon(true);
    }

    /**
     * Called by the thread that handles a call, when its worker blocks.
     *
     * @param letGo ends the worker; may be run again until it has
     * @return to be closed when the worker does not block any more; then {@code letGo} is not run any more
     */
    Blocked begin(HandledCall call, Runnable letGo) {
        Entry entry = new Entry(call, letGo);
        entries.add(entry);
        if (dozing) {
            dozing = false;
            LockSupport.unpark(this);
        }
        return () -> {
            entries.remove(entry);
            entry.end();
        };
    }

    void end() {
        stopped = true;
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        while (!stopped) {
            dozing = true; // before it is looked: whatever begins from here on wakes this
            if (entries.isEmpty()) {
                while (dozing && !stopped) {
                    LockSupport.park(this);
                }
            }
            dozing = false;
            long begin = System.nanoTime();
            entries.forEach(this::look);
            pause(Math.max(TICK_NANOS, TIMES_IDLE * (System.nanoTime() - begin)));
        }
    }

    private void look(Entry entry) {
        try {
            entry.look(buffers);
        } catch (Throwable e) { // whatever it is, the next look tries again
            WARNINGS.log(entry.call.account(), () -> entry.call + ": its worker cannot be ended: " + e);
        }
    }

    private void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stopped; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
