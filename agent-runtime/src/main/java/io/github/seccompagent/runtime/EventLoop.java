package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.Epoll;
import io.github.seccompagent.linux.EventFd;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that wait on the kernel and handle what comes.
 *
 * <p>Just one thread, the leader, waits in epoll, for two that do so halve the rate. It handles an event by itself, since
 * a hop to another thread costs more than most answers. When it has been at it too long, the watchdog has
 * {@link #replaceLeader} make a spare thread the leader; the former one joins the spare ones when it is done. Whose turn it
 * is goes by account, see {@link ReadySources}.
 */
final class EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final StackTraces TRACES = new StackTraces();
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final long IDLE_SPARE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long WAKE_KEY = 0;

    /** What was ready is asked for again after that: somebody may be ready who is to come first. */
    private static final long FRESH_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** How much of the time that it did not use an account has saved up at most. */
    private static final long CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long COMPANY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Epoll epoll;
    private final EventFd wake;
    private final Map<Long, EventSource> sources = new ConcurrentHashMap<>();
    private final AtomicLong nextKey = new AtomicLong(WAKE_KEY + 1);
    private final int maxThreads;
    private final Runnable workBegins;
    private final Runnable workLasts;

    private final AtomicReference<@Nullable LoopThread> leader = new AtomicReference<>();
    private volatile boolean stopped;
    private final SpareThreads spares = new SpareThreads(this::startSpare);
    private final Set<LoopThread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger threadCount = new AtomicInteger();
    private final AtomicInteger threadNumber = new AtomicInteger();

    // Of the leader. A former leader that writes at the same time does no harm.
    private int turn;
    private long round;
    private long clock; // what the accounts that were served had used
    private @Nullable Account served;
    private long othersServedNanos = System.nanoTime() - COMPANY_NANOS; // when served was last another

    /**
     * @param workBegins called by the leader before it handles an event
     * @param workLasts called when a thread has begun what takes longer; must not block
     */
    EventLoop(int maxThreads, Runnable workBegins, Runnable workLasts) {
        this.maxThreads = maxThreads;
        this.workBegins = workBegins;
        this.workLasts = workLasts;
        epoll = new Epoll();
        try {
            wake = EventFd.watchedBy(epoll, WAKE_KEY);
        } catch (RuntimeException | Error e) {
            epoll.close();
            throw e;
        }
    }

    void start() {
        if (!startLeader(null)) {
            throw new IllegalStateException("a loop without threads");
        }
        spares.start();
    }

    /**
     * A thread that cannot be started, for want of memory or processes, leaves everything as it is.
     *
     * @return false if there are as many as may be
     */
    private boolean startLeader(@Nullable LoopThread former) {
        LoopThread added = newThread();
        if (added == null) {
            return false;
        }
        if (!leader.compareAndSet(former, added)) {
            ended(added);
            return true;
        }
        try {
            added.start();
            return true;
        } catch (Throwable e) {
            leader.compareAndSet(added, former);
            ended(added);
            throw e;
        }
    }

    private boolean startSpare() {
        LoopThread added = stopped ? null : newThread();
        if (added == null) {
            return false;
        }
        try {
            added.start();
            return true;
        } catch (Throwable e) {
            ended(added);
            throw e;
        }
    }

    private @Nullable LoopThread newThread() {
        if (threadCount.incrementAndGet() > maxThreads) {
            threadCount.decrementAndGet();
            return null;
        }
        LoopThread added = new LoopThread(this, threadNumber.incrementAndGet());
        threads.add(added);
        return added;
    }

    private void ended(LoopThread thread) {
        threads.remove(thread);
        threadCount.decrementAndGet();
        synchronized (this) {
            notifyAll();
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
            // then nothing is waited for any more
        }
    }

    /** What every loop thread does. What a leader that is replaced has not handled yet comes again, to the next one. */
    void run(LoopThread me) {
        ReadySources ready = me.ready;
        while (leads(me)) {
            EventSource given = me.given();
            if (given != null) {
                handleGiven(given, me);
                continue;
            }
            int count = epoll.await(ready.found(), -1);
            ready.reset(count, turn++);
            for (int i = 0; i < count; i++) {
                ready.set(i, sources.get(ready.found().key(i)));
            }
            serve(me, ready, ++round);
            ready.clear();
        }
    }

    private void serve(LoopThread me, ReadySources ready, long thisRound) {
        long begin = System.nanoTime();
        long now = begin;
        do {
            EventSource source = ready.next(thisRound);
            if (source == null) {
                return;
            }
            now = handle(source, ready.events(), me, thisRound, now);
        } while (leader.get() == me && now - begin < FRESH_NANOS);
    }

    /** Returns the time when it was done. */
    private long handle(EventSource source, int events, LoopThread me, long thisRound, long now) {
        Account account = source.account();
        account.servedIn = thisRound;
        account.raiseTo(clock - CREDIT_NANOS);
        clock = Math.max(clock, account.used());
        if (served != account) {
            served = account;
            othersServedNanos = now;
        }
        workBegins.run();
        if ((events & Epoll.IN) != 0 && source.expectsWork() && hasCompany() && giveToSpare(source, events)) {
            return now;
        }
        return perform(source, events, me, now);
    }

    private void handleGiven(EventSource source, LoopThread me) {
        perform(source, me.givenEvents(), me, System.nanoTime());
        me.isDoneWithGiven();
    }

    /** Returns the time when it was done. */
    private long perform(EventSource source, int events, LoopThread me, long now) {
        me.beginTurn();
        try {
            source.ready(events, me);
        } catch (RuntimeException | Error e) {
            if (TRACES.isNew(e)) {
                LOG.error("{}: unexpected error", source, e);
            } else {
                ERRORS.log(source.toString(), () -> source + ": unexpected error: " + e);
            }
        }
        me.endsWork();
        me.endTurn();
        long end = System.nanoTime();
        source.account().charge(end - now - me.takeWaitedNanos());
        return end;
    }

    /** The leader goes on to wait for others, who would have to wait longer for the next leader to wake. */
    private boolean giveToSpare(EventSource source, int events) {
        LoopThread spare = spares.take();
        if (spare == null) {
            return false;
        }
        workLasts.run();
        source.isGiven();
        spare.give(source, events);
        return true;
    }

    private boolean hasCompany() {
        return System.nanoTime() - othersServedNanos < COMPANY_NANOS;
    }

    /**
     * Called by a thread that begins to work on something that others need not wait for. As long as there are none, nothing
     * is done: the next leader costs something too.
     */
    void makeWay(LoopThread me) {
        if (leader.get() == me && hasCompany()) {
            replaceLeader(me);
        }
    }

    /** Whether {@code me} is the leader; if it is not, waits until it becomes it. False ends the thread. */
    private boolean leads(LoopThread me) {
        if (leader.get() == me && !stopped) {
            return true;
        }
        return waitAsSpare(me);
    }

    private boolean waitAsSpare(LoopThread me) {
        if (leader.get() != me) {
            spares.add(me);
        }
        long end = System.nanoTime() + IDLE_SPARE_NANOS;
        while (leader.get() != me && !me.wasGiven() && !stopped) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                if (spares.areMany() && spares.remove(me)) {
                    ended(me);
                    return false;
                }
                left = IDLE_SPARE_NANOS;
                end += left;
            }
            Thread.interrupted(); // would end every wait at once
            LockSupport.parkNanos(this, Math.max(left, 1));
        }
        if (stopped) {
            ended(me);
        }
        return !stopped;
    }

    /**
     * Makes another thread the leader. Waits for nothing, and needs no lock. If there is no spare one, nobody waits on the
     * kernel until there is one, or this one is done.
     *
     * @param former nothing is done if this is no longer the leader
     * @return false if it still is
     */
    boolean replaceLeader(LoopThread former) {
        workLasts.run();
        if (leader.get() != former || stopped) {
            return true;
        }
        LoopThread spare = spares.take();
        if (spare == null) {
            return false;
        }
        if (leader.compareAndSet(former, spare)) {
            LockSupport.unpark(spare);
        } else {
            spares.add(spare);
        }
        return true;
    }

    /** The same, for a thread that has the time to start another one; false only if there can be no more. */
    boolean replaceLeaderAtOnce(LoopThread former) {
        return replaceLeader(former) || startLeader(former);
    }

    boolean isAlive() {
        LoopThread now = leader.get();
        return now != null && now.isAlive() && !stopped;
    }

    @Nullable LoopThread leader() {
        return leader.get();
    }

    /** Those that there are while this is looked at. */
    Collection<LoopThread> threads() {
        return threads;
    }

    /**
     * Ends the waiting for events, and waits for the threads that still handle one.
     *
     * @return the threads that did not finish in time
     */
    Collection<LoopThread> stop(Duration grace) {
        stopped = true;
        spares.stop();
        wake.signal();
        long end = System.nanoTime() + grace.toNanos();
        synchronized (this) {
            threads.forEach(LockSupport::unpark);
            try {
                for (long left = grace.toNanos(); !threads.isEmpty() && left > 0; left = end - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // then no longer
            }
            return List.copyOf(threads);
        }
    }

    /** After {@link #stop}. */
    void close() {
        Ending.inOrder(epoll::close, wake::close);
    }
}
