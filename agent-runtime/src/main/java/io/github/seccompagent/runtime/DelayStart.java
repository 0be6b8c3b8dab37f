package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.notify.NotificationBuffers;

/**
 * When a delay of a call began, as the call's slot has it. A handler can delay its call several times. If another agent
 * handles the call again, the delays before the last one are over. Those after the first 15 are not written.
 *
 * @param number which delay of the call it is, from 0 on; -1 if there was none
 * @param nanos as System.nanoTime, to 16 ns
 */
record DelayStart(int number, long nanos) {
    private static final int BITS = 4;
    private static final int COUNT = (1 << BITS) - 1;

    /** The last one of the call that was received last. */
    static DelayStart of(NotificationBuffers slot) {
        long word = Math.max(0, slot.delayedSince()); // the clock is never below 0
        return new DelayStart((int) (word & COUNT) - 1, word & ~COUNT);
    }

    void writeTo(NotificationBuffers slot, long threadStart) {
        if (number < COUNT) {
            slot.setDelay(threadStart, nanos & ~COUNT | number + 1);
        }
    }

    /** The same, but not later than a time: whatever is in the slot, nobody waits longer than a delay takes. */
    DelayStart notAfter(long time) {
        return new DelayStart(number, Math.min(nanos, time));
    }

    boolean isKnown() {
        return number >= 0;
    }

    boolean isBefore(int other) {
        return number < other;
    }

    boolean isAfter(int other) {
        return number > other;
    }
}
