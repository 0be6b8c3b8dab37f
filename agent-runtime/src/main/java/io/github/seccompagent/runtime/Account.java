package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.LeavingWorkers;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one container, or one user, uses of the agent. The {@link Admission} that made it guards its places in flight,
 * but not the time that it has used.
 */
final class Account {
    private static final long LONGEST_CHARGE_NANOS = 5_000_000; // whoever takes longer waits for something

    private static final int LARGE_CALLS = 4;

    private final String name;
    private final AtomicLong used = new AtomicLong();
    private final LeavingWorkers leaving;
    private final Semaphore large = new Semaphore(LARGE_CALLS);
    private final FrequentCallers frequent = new FrequentCallers();

    // Guarded by the admission.
    int gates;
    boolean stays; // although nobody uses it
    int ordinary;
    int slow;
    int lost; // those of them whose handler has not returned, though the call was answered
    int leftOver; // its workers that do not end
    int resumedIn; // the round in which its gates were last resumed
    int resumed;

    // Only the leader uses these. A former leader that writes at the same time costs an account one turn at most.
    long servedIn;

    Account(String name) {
        this.name = name;
        leaving = new LeavingWorkers(name);
    }

    String name() {
        return name;
    }

    /** Its workers that were killed and have not ended. */
    LeavingWorkers leaving() {
        return leaving;
    }

    /** Its threads that make many calls. */
    FrequentCallers frequent() {
        return frequent;
    }

    /** The places of calls that need a lot of memory. */
    Semaphore large() {
        return large;
    }

    /** Guarded by the admission. */
    int inFlight() {
        return ordinary + slow + leftOver;
    }

    /** How much time it has used. The account that has used the least comes first. */
    long used() {
        return used.get();
    }

    void charge(long nanos) {
        used.addAndGet(Math.min(nanos, LONGEST_CHARGE_NANOS));
    }

    /**
     * Raises the used time to a least value. An account that was quiet for long must not have saved up all that time.
     */
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
