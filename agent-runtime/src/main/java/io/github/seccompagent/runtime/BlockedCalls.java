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
        } catch (Throwable e) { // whatever it is, the next look tries again
            WARNINGS.log(entry.call.account(), () -> entry.call + ": its worker cannot be ended: " + e);
        }
    }
}
