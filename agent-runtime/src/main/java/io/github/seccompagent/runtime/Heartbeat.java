package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.keeper.KeeperSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Tells the keeper that the agent works, as long as it does: the loop's leader has turns, the housekeeper makes its
 * rounds, and calls find room. It waits for nothing that somebody else could hold, and needs no log, disk or lock. For
 * use by the watchdog's thread.
 */
final class Heartbeat {
    private static final int BEATS = 4; // in the time after which the keeper kills the agent
    private static final long NEVER = Long.MAX_VALUE;

    private final Optional<KeeperSocket> keeper;
    private final EventSources sources;
    private final IntSupplier rounds;
    private final Runnable wakeHousekeeper;
    private final BooleanSupplier hasRoom;
    private final long pauseNanos;
    private long next;
    private int turnsBefore = -1;
    private int roundsBefore = -1;

    /**
     * Without a keeper, or with zero as the time, it never beats.
     *
     * @param silence after which time the keeper kills an agent of which it hears nothing
     * @param rounds how many rounds the housekeeper has made
     * @param wakeHousekeeper has it make the next one soon; must not block
     */
    Heartbeat(
            Optional<KeeperSocket> keeper,
            Duration silence,
            EventSources sources,
            IntSupplier rounds,
            Runnable wakeHousekeeper,
            BooleanSupplier hasRoom) {
        this.keeper = silence.isZero() ? Optional.empty() : keeper;
        this.sources = sources;
        this.rounds = rounds;
        this.wakeHousekeeper = wakeHousekeeper;
        this.hasRoom = hasRoom;
        pauseNanos = silence.toNanos() / BEATS;
        next = System.nanoTime();
    }

    /** How long the watchdog may sleep until the next beat. */
    long sleepNanos(long now) {
        return keeper.isEmpty() ? NEVER : next - now;
    }

    /** Beats if it is time. */
    void tick(long now) {
        if (keeper.isEmpty() || now - next < 0) {
            return;
        }
        next = now + pauseNanos;
        int turns = sources.turns();
        int made = rounds.getAsInt();
        if (turns != turnsBefore && made != roundsBefore && hasRoom.getAsBoolean()) {
            keeper.get().signOfLife();
        }
        turnsBefore = turns;
        roundsBefore = made;
        sources.askForTurn();
        wakeHousekeeper.run();
    }
}
