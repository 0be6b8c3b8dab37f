package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.NotificationBuffers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after whatever takes too long: a leader that handles one event for half a millisecond is replaced, a receive that
 * blocks is ended, a call whose handler does not come back is answered, and connections that bring nothing are closed.
 * While nothing is in flight it sleeps.
 */
final class Watchdog extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final long LEADER_TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(400);
    private static final long SLOW_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int QUIET_TICKS = 25;

    private final EventLoop loop;
    private final Handshakes handshakes;
    private final Counters counters;
    private final long handlerTimeoutNanos;
    private final NotificationBuffers buffers = new NotificationBuffers();
    private final Map<LoopThread, Turn> turns = new HashMap<>();

    /** True while a beginning of work is to wake this thread. */
    private volatile boolean dozing;

    private volatile boolean stopped;
    private int leaderTurn;

    /** A turn that lasts since {@code since}, when it was first seen. */
    private record Turn(int number, long since) {}

    Watchdog(EventLoop loop, Handshakes handshakes, Counters counters, Duration handlerTimeout) {
        super("watchdog");
        setDaemon(true);
        this.loop = loop;
        this.handshakes = handshakes;
        this.counters = counters;
        this.handlerTimeoutNanos = handlerTimeout.toNanos();
    }

    /** Called before each event is handled, so it does next to nothing. */
    void workBegins() {
        if (dozing) {
            dozing = false;
            LockSupport.unpark(this);
        }
    }

    void end() {
        stopped = true;
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        int quietTicks = 0;
        long lastSlowTick = System.nanoTime();
        while (!stopped) {
            try {
                quietTicks = watchLeader() ? 0 : quietTicks + 1;
                long now = System.nanoTime();
                if (quietTicks >= QUIET_TICKS) {
                    boolean woken = doze(watchAll(now));
                    quietTicks = woken ? 0 : QUIET_TICKS;
                } else {
                    if (now - lastSlowTick >= SLOW_TICK_NANOS) {
                        watchAll(now);
                        lastSlowTick = now;
                    }
                    LockSupport.parkNanos(this, LEADER_TICK_NANOS);
                }
            } catch (Throwable e) { // such as no memory for a thread: the next tick tries again
                WARNINGS.log("", () -> "the watchdog: " + e);
                LockSupport.parkNanos(this, SLOW_TICK_NANOS);
            }
        }
    }

    /** Replaces a leader that is in the same turn as a tick ago. Returns whether it did anything since then. */
    private boolean watchLeader() {
        LoopThread leader = loop.leader();
        int turn = leader == null ? 0 : leader.turn();
        boolean same = turn == leaderTurn;
        leaderTurn = turn;
        if (same && leader != null && LoopThread.isBusy(turn)) {
            loop.replaceLeader(leader);
        }
        return !same || LoopThread.isBusy(turn);
    }

    /** Sleeps until work begins, or for a slow tick while there is something to watch. Returns whether work began. */
    private boolean doze(boolean somethingToWatch) {
        dozing = true;
        LoopThread leader = loop.leader();
        if (leader != null && leader.turn() != leaderTurn) {
            dozing = false; // a turn that began before that was set has woken nobody
            return true;
        }
        LockSupport.parkNanos(this, somethingToWatch ? SLOW_TICK_NANOS : Long.MAX_VALUE);
        boolean woken = !dozing;
        dozing = false;
        return woken;
    }

    /** Returns whether there is a reason to look again soon. */
    private boolean watchAll(long now) {
        boolean busy = false;
        Map<LoopThread, Turn> seen = new HashMap<>();
        for (LoopThread thread : loop.threads()) {
            int number = thread.turn();
            if (!LoopThread.isBusy(number)) {
                continue;
            }
            busy = true;
            InFlight call = thread.inFlight();
            if (call != null && call.waits()) {
                continue; // its time begins anew when it goes on
            }
            Turn before = turns.get(thread);
            Turn turn = before != null && before.number == number ? before : new Turn(number, now);
            seen.put(thread, turn);
            if (now - turn.since > SLOW_TICK_NANOS) {
                thread.interruptReceive();
            }
            if (now - turn.since > handlerTimeoutNanos && call != null && thread.turn() == number) {
                timeOut(call);
            }
        }
        turns.clear();
        turns.putAll(seen);
        return handshakes.expire(now) || busy;
    }

    private void timeOut(InFlight call) {
        try {
            if (call.giveUp(buffers, Errno.ETIMEDOUT)) {
                counters.increment(Counter.HANDLER_TIMEOUTS);
                WARNINGS.log(
                        call.account(), () -> call + ": the handler takes too long, the call fails with ETIMEDOUT");
            }
        } catch (ErrnoException e) {
            WARNINGS.log(call.account(), () -> call + ": " + e.getMessage());
        }
    }
}
