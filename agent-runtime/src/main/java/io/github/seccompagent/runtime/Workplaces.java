package io.github.seccompagent.runtime;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many calls are worked on at a time: as many as there are processors. With more, everything on the machine
 * comes later, including the answers to calls that need no work. The account that has used the least time comes first.
 * A call that waits for something no longer counts after a moment. Safe for use by several threads.
 */
final class Workplaces {
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final int size;
    private final List<Work> working = new ArrayList<>(); // guarded by this
    private final List<Work> waiting = new ArrayList<>(); // guarded by this

    /** The work on one call. */
    final class Work {
        private final Account account;
        private final Thread thread = Thread.currentThread();
        private volatile boolean admitted;
        private volatile boolean watches; // until it is admitted, it looks for work that no longer counts
        private long since; // guarded by the workplaces

        private Work(Account account) {
            this.account = account;
        }

        /**
         * Whether its thread is on a processor. It can be there for many milliseconds, for example to read the status
         * of a caller that has as many groups as there can be.
         */
        private boolean isOnProcessor() {
            return thread instanceof LoopThread && ((LoopThread) thread).runs();
        }

        void end() {
            synchronized (Workplaces.this) {
                if (working.remove(this)) {
                    admit();
                }
            }
        }
    }

    Workplaces(int size) {
        this.size = size;
    }

    /** Begins work if there is a place. Null if there is none. */
    synchronized @Nullable Work beginNow(Account account) {
        if (working.size() >= size || !waiting.isEmpty()) {
            return null;
        }
        Work work = new Work(account);
        work.since = System.nanoTime();
        working.add(work);
        return work;
    }

    /** Waits for a place, and begins work. */
    Work begin(Account account) {
        Work work = new Work(account);
        synchronized (this) {
            waiting.add(work);
            admit();
        }
        boolean interrupted = false;
        while (!work.admitted) {
            if (work.watches) {
                LockSupport.parkNanos(this, LONG_NANOS);
                giveUpLong();
            } else {
                LockSupport.park(this);
            }
            interrupted |= Thread.interrupted(); // an interrupt would end every wait at once
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return work;
    }

    private synchronized void giveUpLong() {
        long now = System.nanoTime();
        working.removeIf(work -> now - work.since >= LONG_NANOS && !work.isOnProcessor());
        admit();
    }

    private void admit() {
        while (working.size() < size && !waiting.isEmpty()) {
            Work next = removeFirst();
            next.since = System.nanoTime();
            working.add(next);
            next.admitted = true;
            LockSupport.unpark(next.thread);
        }
        if (!waiting.isEmpty() && waiting.stream().noneMatch(work -> work.watches)) {
            Work watching = waiting.get(0);
            watching.watches = true;
            LockSupport.unpark(watching.thread);
        }
    }

    private Work removeFirst() {
        Work first = waiting.get(0);
        for (Iterator<Work> each = waiting.iterator(); each.hasNext(); ) {
            Work work = each.next();
            if (work.account.used() < first.account.used()) {
                first = work;
            }
        }
        waiting.remove(first);
        return first;
    }
}
