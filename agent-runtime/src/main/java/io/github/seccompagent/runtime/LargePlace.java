package io.github.seccompagent.runtime;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The place of a call that needs a lot of memory. An account has only a few such places, so it cannot fill the memory.
 * For use by one thread.
 */
final class LargePlace {
    private static final long LOOK_MILLIS = 500;

    private final Semaphore places;
    private boolean taken;

    /** @param places the large places of the account */
    LargePlace(Semaphore places) {
        this.places = places;
    }

    /** Takes a place if one is free. Returns whether the call has a place now. */
    boolean tryTake() {
        taken = taken || places.tryAcquire();
        return taken;
    }

    /**
     * Waits for a free place, and takes it.
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

    /** Gives the place back, if the call has one. */
    void release() {
        if (taken) {
            taken = false;
            places.release();
        }
    }
}
