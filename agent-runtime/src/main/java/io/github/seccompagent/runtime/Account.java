package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.LeavingWorkers;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a container, or a user, takes of the agent. Its places in flight are guarded by the {@link Admission} that made it;
 * the time that it has used is not.
 */
final class Account {
    private static final long LONGEST_CHARGE_NANOS =
            5_000_000; // who waits for longer than that keeps no processor busy

    private static final int LARGE_CALLS = 4;

    private final String name;
    private final AtomicLong used = new AtomicLong();
    private final LeavingWorkers leaving = new LeavingWorkers();
    private final Semaphore large = new Semaphore(LARGE_CALLS);

    // Guarded by the admission.
    int gates;
    int ordinary;
    int slow;
    int leftOver; // workers that do not end
    int resumedIn; // round
    int resumed;

    // Of the leader alone; a former leader that writes at the same time costs somebody a turn.
    long servedIn;

    Account(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Its workers that were killed and have not ended. */
    LeavingWorkers leaving() {
        return leaving;
    }

    /** For calls of which a lot of memory is kept. */
    Semaphore large() {
        return large;
    }

    /** Guarded by the admission. */
    int inFlight() {
        return ordinary + slow + leftOver;
    }

    /** How much time it has used; the one that has used least comes first. */
    long used() {
        return used.get();
    }

    void charge(long nanos) {
        used.addAndGet(Math.min(nanos, LONGEST_CHARGE_NANOS));
    }

    /** Who was quiet for long must not have saved up all that time. */
    void raiseTo(long least) {
        if (used.get() < least) {
            used.accumulateAndGet(least, Math::max);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
