package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.Epoll;
import io.github.seccompagent.linux.EventFd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that wait on the kernel and handle what comes.
 *
 * <p>Just one thread, the leader, waits in epoll, for two that do so halve the rate. It handles an event by itself, since
 * a hop to another thread costs more than most answers. When it has been at it too long, the watchdog has
 * {@link #replaceLeader} make a spare thread the leader; the former one joins the spare ones when it is done.
 */
final class EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final StackTraces TRACES = new StackTraces();
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final long IDLE_SPARE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long WAKE_KEY = 0;

    private final Epoll epoll = new Epoll();
    private final EventFd wake = new EventFd();
    private final Map<Long, EventSource> sources = new ConcurrentHashMap<>();
    private final AtomicLong nextKey = new AtomicLong(WAKE_KEY + 1);
    private final int maxThreads;
    private final Runnable workBegins;

    private volatile @Nullable LoopThread leader;
    private volatile boolean stopped;

    // The kernel tells what is ready in the same order each time, and the first is not to be all that is handled.
    // A former leader that counts at the same time does no harm.
    private int turn;

    // Guarded by this.
    private final List<LoopThread> threads = new ArrayList<>();
    private final Deque<LoopThread> spares = new ArrayDeque<>();
    private int threadNumber;

    /** @param workBegins called by the leader before it handles an event */
    EventLoop(int maxThreads, Runnable workBegins) {
        this.maxThreads = maxThreads;
        this.workBegins = workBegins;
        epoll.add(wake.number(), Epoll.IN, WAKE_KEY);
    }

    synchronized void start() {
        startLeader();
    }

    /** A thread that cannot be started, for want of memory or processes, leaves everything as it is. */
    private void startLeader() {
        LoopThread former = leader;
        LoopThread added = new LoopThread(this, ++threadNumber);
        leader = added;
        try {
            added.start();
            threads.add(added);
        } catch (Throwable e) {
            leader = former;
            throw e;
        }
    }

    /** Begins to wait for input of a source, and returns the key that the other methods want. */
    long add(EventSource source) {
        long key = nextKey.getAndIncrement();
        sources.put(key, source);
        try {
            epoll.add(source.number(), Epoll.IN | Epoll.RDHUP, key);
        } catch (ErrnoException e) {
            sources.remove(key);
            throw e;
        }
        return key;
    }

    /** Ends the waiting. To be called before the descriptor is closed. */
    void remove(long key) {
        EventSource source = sources.remove(key);
        if (source != null) {
            epoll.remove(source.number());
        }
    }

    /** Waits for nothing but the end of the source. */
    void pause(long key) {
        modify(key, 0);
    }

    void resume(long key) {
        modify(key, Epoll.IN | Epoll.RDHUP);
    }

    private void modify(long key, int events) {
        EventSource source = sources.get(key);
        if (source == null) {
            return;
        }
        try {
            epoll.modify(source.number(), events, key);
        } catch (ErrnoException removedMeanwhile) {
            LOG.debug("{}", removedMeanwhile.getMessage());
        }
    }

    /** What every loop thread does. What a leader that is replaced has not handled yet comes again, to the next one. */
    void run(LoopThread me) {
        while (leads(me)) {
            int count = epoll.await(me.ready, -1);
            for (int i = 0; i < count && (i == 0 || leader == me); i++) {
                int index = Integer.remainderUnsigned(turn++, count);
                handle(me.ready.key(index), me.ready.events(index), me);
            }
        }
    }

    private void handle(long key, int events, LoopThread me) {
        EventSource source = sources.get(key);
        if (source == null) {
            return;
        }
        me.beginTurn();
        workBegins.run();
        try {
            source.ready(events, me);
        } catch (RuntimeException | Error e) {
            if (TRACES.isNew(e)) {
                LOG.error("{}: unexpected error", source, e);
            } else {
                ERRORS.log(source.toString(), () -> source + ": unexpected error: " + e);
            }
        }
        me.endTurn();
    }

    /** Whether {@code me} is the leader; if it is not, waits until it becomes it. False ends the thread. */
    private boolean leads(LoopThread me) {
        if (leader == me && !stopped) {
            return true;
        }
        return waitAsSpare(me);
    }

    private boolean waitAsSpare(LoopThread me) {
        long end = System.nanoTime() + IDLE_SPARE_NANOS;
        synchronized (this) {
            if (leader != me) {
                spares.push(me);
            }
        }
        while (leader != me && !stopped) {
            long left = end - System.nanoTime();
            if (left <= 0 && retire(me)) {
                return false;
            }
            Thread.interrupted(); // would end every wait at once
            LockSupport.parkNanos(this, Math.max(left, 1));
        }
        if (stopped) {
            retire(me);
        }
        return !stopped;
    }

    /** Ends a spare thread, unless it has just become the leader. */
    private synchronized boolean retire(LoopThread me) {
        if (!stopped && !spares.remove(me)) {
            return false;
        }
        threads.remove(me);
        notifyAll();
        return true;
    }

    /**
     * Makes another thread the leader. If there can be no more threads, nobody waits on the kernel until one is done.
     *
     * @param former nothing is done if this is no longer the leader
     * @return false if it still is, for there can be no more threads
     */
    synchronized boolean replaceLeader(LoopThread former) {
        if (leader != former || stopped) {
            return true;
        }
        LoopThread spare = spares.poll();
        if (spare != null) {
            leader = spare;
            LockSupport.unpark(spare);
        } else if (threads.size() < maxThreads) {
            startLeader();
        } else {
            return false;
        }
        return true;
    }

    boolean isAlive() {
        LoopThread now = leader;
        return now != null && now.isAlive() && !stopped;
    }

    @Nullable LoopThread leader() {
        return leader;
    }

    synchronized Collection<LoopThread> threads() {
        return List.copyOf(threads);
    }

    /**
     * Ends the waiting for events, and waits for the threads that still handle one.
     *
     * @return the threads that did not finish in time
     */
    Collection<LoopThread> stop(Duration grace) throws InterruptedException {
        stopped = true;
        wake.signal();
        long end = System.nanoTime() + grace.toNanos();
        synchronized (this) {
            threads.forEach(LockSupport::unpark);
            for (long left = grace.toNanos(); !threads.isEmpty() && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return List.copyOf(threads);
        }
    }

    /** After {@link #stop}. */
    void close() {
        epoll.close();
        wake.close();
    }
}
