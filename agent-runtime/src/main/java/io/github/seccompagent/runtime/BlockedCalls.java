package io.github.seccompagent.runtime;

import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.helper.ExecutorWorker.Blocked;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a worker a few milliseconds after nobody waits for its call any more. The kernel does not tell when a caller
 * stops waiting, so one thread asks for all calls that block. The more calls there are, the less often it asks, so it
 * never takes more than a fiftieth of a processor. It sleeps while no call blocks. Safe for use by several threads.
 */
final class BlockedCalls extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(BlockedCalls.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int TIMES_IDLE = 50;

    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final NotificationBuffers buffers = new NotificationBuffers();
    private final Doze doze = new Doze();

    /** A call whose worker blocks. */
    private static final class Entry {
        private final WaitingCall call;
        private final Runnable letGo;
        private boolean over; // guarded by this

        private Entry(WaitingCall call, Runnable letGo) {
            this.call = call;
            this.letGo = letGo;
        }

        /**
         * While this runs, the handling thread cannot go on. It could close the worker or the listener, and other files
         * could get their numbers.
         */
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
     * The thread that handles a call calls this when its worker blocks.
     *
     * @param letGo ends the worker; may be run again until the worker has ended
     * @return closed by the caller when the worker no longer blocks; after that {@code letGo} is not run again
     */
    Blocked begin(WaitingCall call, Runnable letGo) {
        Entry entry = new Entry(call, letGo);
        entries.add(entry);
        doze.wake();
        return () -> {
            entries.remove(entry);
            entry.end();
        };
    }

    void end() {
        doze.end();
    }

    @Override
    public void run() {
        while (!doze.isEnded()) {
            doze.prepare();
            if (entries.isEmpty()) {
                doze.sleep();
            }
            doze.cancel();
            long begin = System.nanoTime();
            entries.forEach(this::look);
            doze.pause(Math.max(TICK_NANOS, TIMES_IDLE * (System.nanoTime() - begin)));
        }
    }

    private void look(Entry entry) {
        try {
            entry.look(buffers);
        } catch (Throwable e) { // whatever it is, the next round tries again
            WARNINGS.log(entry.call.account(), () -> entry.call + ": its worker cannot be ended: " + e);
        }
    }
}
