package io.github.seccompagent.runtime;

import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.notify.ReceiveGate;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that wait on the kernel and handle what comes.
 *
 * <p>Only one thread, the leader, waits in epoll. With two, the rate halves. The leader handles most events itself,
 * because a hop to another thread costs more than most answers. If an event probably brings longer work, the leader
 * gives it to a spare thread and goes on waiting, see {@link #giveToSpare}. If the leader itself is busy for too long,
 * the watchdog calls {@link #replaceLeader}, which makes a spare thread the leader. The former leader joins the spare
 * threads when it is done. Turns go by account, see {@link ReadySources}.
 */
final class EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final StackTraces TRACES = new StackTraces();
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final long IDLE_SPARE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /**
     * After this time the kernel is asked again what is ready. An account that should come first may have become ready.
     */
    private static final long FRESH_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** The most unused time that an account can save up. */
    private static final long CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long COMPANY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final EventSources sources;
    private final LoopThreads threads;
    private final Runnable atWork;
    private final Runnable atLongWork;

    private final AtomicReference<@Nullable LoopThread> leader = new AtomicReference<>();
    private final ReceiveGate gate = new ReceiveGate();
    private volatile boolean stopped;
    private volatile boolean left;
    private final SpareThreads spares = new SpareThreads(this::startSpare);

    // Only the leader uses these. A former leader that writes at the same time does no harm.
    private int turn;
    private long round;
    private long clock; // the used time of the accounts that were served last
    private @Nullable Account served;
    private long othersServedNanos = System.nanoTime() - COMPANY_NANOS; // when another account was last served

    /**
     * A loop that does not run yet.
     *
     * @param slots one for each thread
     * @param atWork called by the leader before it handles an event
     * @param atLongWork called when a thread has begun longer work; must not block
     */
    EventLoop(Slots slots, Runnable atWork, Runnable atLongWork) {
        threads = new LoopThreads(slots);
        this.atWork = atWork;
        this.atLongWork = atLongWork;
        sources = new EventSources(); // last: it has to be closed, so nothing may throw after it
    }

    void start() {
        if (!startLeader(null)) {
            throw new IllegalStateException("a loop without threads");
        }
        spares.start();
    }

    /**
     * Starts a new leader. If the thread cannot be started, for lack of memory or processes, nothing changes.
     *
     * @return false if the limit of threads is reached
     */
    private boolean startLeader(@Nullable LoopThread former) {
        LoopThread added = threads.create(this);
        if (added == null) {
            return false;
        }
        if (!leader.compareAndSet(former, added)) {
            threads.remove(added);
            return true;
        }
        try {
            added.start();
            return true;
        } catch (Throwable e) {
            leader.compareAndSet(added, former);
            threads.remove(added);
            throw e;
        }
    }

    /**
     * Has a thread begin with something that is in its slot already.
     *
     * @param slot which the thread has from now on; the caller still has it if this throws
     */
    void startWith(Slots.Slot slot, EventSource source) {
        LoopThread added = threads.create(this, slot);
        added.give(source, Epoll.IN);
        try {
            added.start();
        } catch (Throwable e) {
            threads.removeWithoutSlot(added);
            throw e;
        }
    }

    /** Takes the slot back of a thread that could not begin. */
    void giveBack(Slots.Slot slot) {
        threads.giveBack(slot);
    }

    private boolean startSpare() {
        LoopThread added = stopped ? null : threads.create(this);
        if (added == null) {
            return false;
        }
        try {
            added.start();
            return true;
        } catch (Throwable e) {
            threads.remove(added);
            throw e;
        }
    }

    /** What the loop waits for. */
    EventSources sources() {
        return sources;
    }

    /** What every loop thread runs. Events that a replaced leader has not handled yet come again to the next leader. */
    void run(LoopThread me) {
        EventSource first = me.given();
        if (first != null) {
            handleGiven(first, me);
        }
        while (awaitTurn(me)) {
            step(me);
        }
    }

    /** A method of its own, because a new leader would run a loop in the interpreter for a while. */
    private void step(LoopThread me) {
        EventSource given = me.given();
        if (given != null) {
            handleGiven(given, me);
            return;
        }
        sources.await(me, turn++);
        ServedListener likely = me.late.received();
        if (likely != null) {
            serveReceived(likely, me);
        } else {
            serve(me, me.ready, ++round);
            me.ready.clear();
        }
    }

    /** The turn has begun already, while the thread waited. */
    private void serveReceived(ServedListener likely, LoopThread me) {
        long now = System.nanoTime();
        me.setBegin(now);
        note(likely.account(), ++round, now);
        try {
            likely.answerReceived(me);
        } catch (RuntimeException | Error e) {
            log(likely, e);
        }
        end(likely, me, now);
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
        note(source.account(), thisRound, now);
        if (!source.receivesFirst()) {
            me.late.flush();
        }
        if ((events & Epoll.IN) != 0 && source.expectsWork() && hasCompany() && giveToSpare(source, events)) {
            return now;
        }
        return perform(source, events, me, now);
    }

    private void note(Account account, long thisRound, long now) {
        account.servedIn = thisRound;
        account.raiseTo(clock - CREDIT_NANOS);
        clock = Math.max(clock, account.used());
        if (served != account) {
            served = account;
            othersServedNanos = now;
        }
    }

    private void handleGiven(EventSource source, LoopThread me) {
        perform(source, me.givenEvents(), me, System.nanoTime());
        me.forgetGiven();
    }

    /** Returns the time when it was done. */
    private long perform(EventSource source, int events, LoopThread me, long now) {
        me.beginTurn(now);
        atWork.run(); // not earlier: while no turn has begun, the watchdog may go to sleep
        try {
            source.ready(events, me);
        } catch (RuntimeException | Error e) {
            log(source, e);
        }
        return end(source, me, now);
    }

    private static void log(EventSource source, Throwable e) {
        if (TRACES.isNew(e)) {
            LOG.error("{}: unexpected error", source, e);
        } else {
            ERRORS.log(source.toString(), () -> source + ": unexpected error: " + e);
        }
    }

    /** Returns the time when it was done. */
    private static long end(EventSource source, LoopThread me, long now) {
        me.endWork();
        me.endTurn();
        long end = System.nanoTime();
        me.took(end - now);
        source.account().charge(end - now - me.takeWaitedNanos());
        return end;
    }

    /**
     * Gives an event to a spare thread, and the leader goes on waiting for others. If the leader took the event itself,
     * the others would wait for the next leader to wake.
     */
    private boolean giveToSpare(EventSource source, int events) {
        LoopThread spare = spares.take();
        if (spare == null) {
            return false;
        }
        atLongWork.run();
        source.suspend();
        spare.give(source, events);
        return true;
    }

    private boolean hasCompany() {
        return System.nanoTime() - othersServedNanos < COMPANY_NANOS;
    }

    /**
     * A thread calls this when it begins longer work, so that others need not wait for it. While no other account is
     * active, nothing is done, because a new leader has its cost too.
     */
    void makeWay(LoopThread me) {
        if (leader.get() == me && hasCompany()) {
            replaceLeader(me);
        }
    }

    /** Waits until {@code me} is the leader or is given an event. Returns false if the thread has to end. */
    private boolean awaitTurn(LoopThread me) {
        if (leader.get() == me && !stopped) {
            return true;
        }
        me.late.flush();
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
                if (spares.hasMany() && spares.remove(me)) {
                    threads.remove(me);
                    return false;
                }
                left = IDLE_SPARE_NANOS;
                end += left;
            }
            Thread.interrupted(); // an interrupt would end every wait at once
            LockSupport.parkNanos(this, Math.max(left, 1));
        }
        if (stopped) {
            threads.remove(me);
        }
        return !stopped;
    }

    /**
     * Makes another thread the leader. Waits for nothing and needs no lock. If there is no spare thread, nobody waits
     * on the kernel until there is one or until this thread is done.
     *
     * @param former the leader to replace; if it is no longer the leader, nothing is done
     * @return false if it is still the leader
     */
    boolean replaceLeader(LoopThread former) {
        atLongWork.run();
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

    /**
     * Does the same for a thread that has the time to start another one. Returns false only if there can be no more
     * threads.
     */
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

    /** The threads of the loop; the collection follows changes. */
    Collection<LoopThread> threads() {
        return threads.all();
    }

    /** What its threads look at before they receive. */
    ReceiveGate gate() {
        return gate;
    }

    /** Leaves the calls that threads still come to handle to the next agent. Call it after {@link #stop}. */
    void leave() {
        left = true;
    }

    boolean isLeft() {
        return left;
    }

    /**
     * Stops waiting for events, and waits for the threads that still handle one. After that nobody receives, also no
     * thread that has not finished: it would take a call that is meant for the next agent.
     *
     * @return the threads that did not finish in time
     */
    Collection<LoopThread> stop(Duration grace) {
        stopped = true;
        gate.stop();
        spares.stop();
        sources.wakeAll();
        return threads.awaitEnd(grace);
    }

    /** Closes what the loop owns. Call it after {@link #stop}. */
    void close() {
        sources.close();
    }
}
