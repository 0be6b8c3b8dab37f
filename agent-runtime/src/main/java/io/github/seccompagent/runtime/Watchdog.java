package io.github.seccompagent.runtime;

import java.util.concurrent.TimeUnit;

/**
 * Replaces a leader that has handled one event for half a millisecond. It never waits for anything that somebody else
 * could hold: it takes no lock, starts no thread and logs nothing. The {@link Housekeeper} does all that. While nothing
 * is in flight, it only wakes for the {@link Heartbeat}.
 */
final class Watchdog extends Thread {
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(400);
    private static final int QUIET_TICKS = 25;

    private final EventLoop loop;

    private final Heartbeat heartbeat;
    private final Doze doze;
    private int leaderTurn;

    /** @param doze woken when work begins, before each event is handled */
    Watchdog(EventLoop loop, Heartbeat heartbeat, Doze doze) {
        super("watchdog");
        setDaemon(true);
        this.loop = loop;
        this.heartbeat = heartbeat;
        this.doze = doze;
    }

    void end() {
        doze.end();
    }

    @Override
    public void run() {
        int quietTicks = 0;
        while (!doze.isEnded()) {
            heartbeat.tick(System.nanoTime());
            quietTicks = tryWatchLeader() ? 0 : quietTicks + 1;
            if (quietTicks >= QUIET_TICKS) {
                sleep();
                quietTicks = 0;
            } else {
                doze.pause(TICK_NANOS);
            }
        }
    }

    private boolean tryWatchLeader() {
        try {
            return watchLeader();
        } catch (OutOfMemoryError noMemory) { // no memory for a node of a queue; the next tick tries again
            return true;
        }
    }

    /**
     * Replaces a leader that is in the same turn as one tick ago. Returns whether the leader did anything since then.
     */
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

    /** Sleeps until work begins, or until the next beat. */
    private void sleep() {
        doze.prepare();
        loop.gate().setWatchdogSleeps(true);
        LoopThread leader = loop.leader();
        if (leader == null || leader.turn() == leaderTurn) { // otherwise a turn began before prepare()
            doze.sleep(heartbeat.sleepNanos(System.nanoTime()));
        }
        loop.gate().setWatchdogSleeps(false);
        doze.cancel();
    }
}
