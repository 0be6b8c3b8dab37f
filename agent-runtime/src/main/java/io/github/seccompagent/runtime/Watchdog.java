package io.github.seccompagent.runtime;

import java.util.concurrent.TimeUnit;

/**
 * Replaces a leader that has handled one event for nearly a millisecond. A call on behalf often takes half of one, and a
 * new leader costs more than the others would wait then. To look is expensive too, and takes the processor from calls:
 * so it knows when a turn began, and does not come twice to see that it lasts. It never waits for anything that somebody else
 * could hold: it takes no lock, starts no thread and logs nothing. The {@link Housekeeper} does all that. While nothing
 * is in flight, it only wakes for the {@link Heartbeat}.
 */
final class Watchdog extends Thread {
    /** How long a turn may last, and how long the next one is not looked at. */
    private static final long LONGEST_NANOS = TimeUnit.MICROSECONDS.toNanos(900);

    /** How long a turn may last that began in native code, where it only receives. */
    private static final long RECEIVE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final int QUIET_TICKS = 11;

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
            int before = leaderTurn;
            long pause = tryWatchLeader();
            quietTicks = leaderTurn == before && !LoopThread.isBusy(before) ? quietTicks + 1 : 0;
            if (quietTicks >= QUIET_TICKS) {
                sleep();
                quietTicks = 0;
            } else {
                doze.pause(pause);
            }
        }
    }

    private long tryWatchLeader() {
        try {
            return watchLeader();
        } catch (OutOfMemoryError noMemory) { // no memory for a node of a queue; the next tick tries again
            return RECEIVE_NANOS;
        }
    }

    /** Replaces a leader whose turn lasts too long. Returns when to look again. */
    private long watchLeader() {
        LoopThread leader = loop.leader();
        int turn = leader == null ? 0 : leader.turn();
        boolean same = turn == leaderTurn;
        leaderTurn = turn;
        if (leader == null || !LoopThread.isBusy(turn)) {
            return LONGEST_NANOS;
        }
        if (!leader.hasBegun(turn)) {
            if (same) {
                loop.replaceLeader(leader);
            }
            return same ? LONGEST_NANOS : RECEIVE_NANOS;
        }
        long left = leader.begin() + LONGEST_NANOS - System.nanoTime();
        if (left <= 0) {
            loop.replaceLeader(leader);
        }
        return left > 0 ? left : LONGEST_NANOS;
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
