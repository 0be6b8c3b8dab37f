package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks ten times a second at whatever takes long. It gives the place of a slow call to others, ends a receive that
 * blocks, answers a call whose handler does not return, counts workers that do not end, closes connections that bring
 * nothing, and looks after containers whose resolver does not answer. While there is nothing to look after, it sleeps
 * and looks only every few seconds.
 */
final class Housekeeper extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long DOZE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long BACK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final Doze doze;
    private final Admission admission;
    private final List<LongPredicate> expiring;
    private final Counters counters;
    private final long handlerTimeoutNanos;
    private final NotificationBuffers buffers = new NotificationBuffers();
    private volatile int rounds; // only this thread writes it
    private Map<LoopThread, Turn> turns = new HashMap<>();

    /** A turn of a thread, which was first seen at {@code since}. */
    private static final class Turn {
        private final int number;
        private long since;
        private boolean isGivenUp;

        private Turn(int number, long since) {
            this.number = number;
            this.since = since;
        }
    }

    /**
     * @param doze woken when there is something to look after
     * @param expiring each ends other things whose time is over, and tells whether some are left
     */
    Housekeeper(
            EventLoop loop,
            Doze doze,
            Admission admission,
            List<LongPredicate> expiring,
            Counters counters,
            Duration handlerTimeout) {
        super("housekeeper");
        setDaemon(true);
        this.loop = loop;
        this.doze = doze;
        this.admission = admission;
        this.expiring = expiring;
        this.counters = counters;
        this.handlerTimeoutNanos = handlerTimeout.toNanos();
    }

    void end() {
        doze.end();
    }

    /** How many rounds it has made. */
    int rounds() {
        return rounds;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void run() {
        while (!doze.isEnded()) {
            doze.prepare();
            boolean more = true;
            try {
                more = look(System.nanoTime());
            } catch (Throwable e) { // whatever it is, the next round tries again
                WARNINGS.log("", () -> "the housekeeper: " + e);
            }
            rounds++;
            if (!more) {
                doze.sleep(DOZE_NANOS);
            }
            doze.cancel();
            doze.pause(TICK_NANOS); // a wake makes it look soon, but not more often than each tick
        }
    }

    /** Returns whether it has to look again soon. The steps that may have to wait come last. */
    private boolean look(long now) {
        boolean busy = watchTurns(now);
        boolean left = admission.sweep();
        turns.forEach((thread, turn) -> watchTime(thread, turn, now));
        for (LongPredicate other : expiring) {
            left |= other.test(now);
        }
        return busy || left;
    }

    private boolean watchTurns(long now) {
        boolean busy = false;
        Map<LoopThread, Turn> seen = new HashMap<>();
        for (LoopThread thread : loop.threads()) {
            int number = thread.turn();
            if (!LoopThread.isBusy(number)) {
                continue;
            }
            busy = true;
            Turn before = turns.get(thread);
            if (before == null || before.number != number) {
                seen.put(thread, new Turn(number, now));
                continue;
            }
            seen.put(thread, before);
            Admission.Place place = thread.place();
            if (place != null) {
                place.markSlow(); // at worst this is the place of a later turn, which gets a slow one then
            }
            thread.interruptReceive();
        }
        turns = seen;
        return busy;
    }

    private void watchTime(LoopThread thread, Turn turn, long now) {
        InFlight call = thread.inFlight();
        Admission.Place place = thread.place();
        if (call == null || place == null || thread.turn() != turn.number) {
            return;
        }
        if (call.isWaiting()) {
            turn.since = now; // its time begins anew after the wait
        } else if (turn.isGivenUp && now - turn.since > BACK_NANOS) {
            turn.since = Long.MAX_VALUE; // so it is counted once
            counters.increment(Counter.STUCK_HANDLERS);
        } else if (!turn.isGivenUp && now - turn.since > handlerTimeoutNanos) {
            timeOut(call, place);
            turn.isGivenUp = true;
            turn.since = now;
        }
    }

    private void timeOut(InFlight call, Admission.Place place) {
        try {
            if (call.giveUp(buffers, Errno.ETIMEDOUT)) {
                place.markLost();
                counters.increment(Counter.HANDLER_TIMEOUTS);
                WARNINGS.log(
                        call.account(), () -> call + ": the handler takes too long, the call fails with ETIMEDOUT");
            }
        } catch (ErrnoException e) {
            WARNINGS.log(call.account(), () -> call + ": " + e.getMessage());
        }
    }
}
