package io.github.seccompagent.runtime;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The place of a call of which a lot of memory is kept. An account has so few of them that it cannot fill the memory. For
 * use by one thread.
 */
final class LargePlace {
    private static final long LOOK_MILLIS = 500;

    private final Semaphore places;
    private boolean taken;

    /** @param places those of the account */
    LargePlace(Semaphore places) {
        this.places = places;
    }

    /** Takes one, if there is one. Returns whether the call has one now. */
    boolean tryTake() {
        taken = taken || places.tryAcquire();
        return taken;
    }

    /**
     * Waits until there is one, and takes it.
     *
     * @param look called from time to time; ends the waiting if it throws
     */
    void await(Runnable look) throws InterruptedException {
        while (!taken) {
            taken = places.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (!taken) {
                look.run();
            }
        }
    }

    /** Gives it back, if there is one. */
    void release() {
        if (taken) {
            taken = false;
            places.release();
        }
    }
}
