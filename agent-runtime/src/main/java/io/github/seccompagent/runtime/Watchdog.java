package io.github.seccompagent.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Replaces a leader that handles one event for half a millisecond. It waits for nothing that anybody else could hold: it
 * takes no lock, starts no thread and logs nothing, all of which is the {@link Housekeeper}'s. While nothing is in flight it
 * sleeps.
 */
final class Watchdog extends Thread {
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(400);
    private static final int QUIET_TICKS = 25;

    private final EventLoop loop;

    /** True while a beginning of work is to wake this thread. */
    private volatile boolean dozing;

    private volatile boolean stopped;
    private int leaderTurn;

    Watchdog(EventLoop loop) {
        super("watchdog");
        setDaemon(true);
        this.loop = loop;
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
        while (!stopped) {
            quietTicks = watchesLeader() ? 0 : quietTicks + 1;
            if (quietTicks >= QUIET_TICKS) {
                doze();
                quietTicks = 0;
            } else {
                LockSupport.parkNanos(this, TICK_NANOS);
            }
        }
    }

    private boolean watchesLeader() {
        try {
            return watchLeader();
        } catch (OutOfMemoryError noMemory) { // for a node of a queue; the next tick tries again
            return true;
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

    /** Sleeps until work begins. */
    private void doze() {
        dozing = true;
        LoopThread leader = loop.leader();
        if (leader != null && leader.turn() != leaderTurn) {
            dozing = false; // a turn that began before that was set has woken nobody
            return;
        }
        while (dozing && !stopped) {
            LockSupport.park(this);
        }
        dozing = false;
    }
}
