package io.github.seccompagent.linux.notify;

import io.github.seccompagent.linux.libc.NativeBuffer;
import java.lang.invoke.VarHandle;

/** Tells the threads of a loop, also while they are in native code, what they may do. Safe for use by several threads. */
public final class ReceiveGate {
    // struct gate of exchange.h
    private static final int WATCHDOG_SLEEPS = 0;
    private static final int LOOP_HAS_STOPPED = 4;
    private static final int SIZE = 8;

    private final NativeBuffer words = new NativeBuffer(SIZE);

    long address() {
        return words.address();
    }

    /**
     * Says whether the watchdog sleeps, or is about to. No turn begins in native code then. Whoever says so looks at
     * the turn of the leader once more afterwards.
     */
    public void setWatchdogSleeps(boolean sleeps) {
        set(WATCHDOG_SLEEPS, sleeps ? 1 : 0);
    }

    /** From now on nobody begins to receive. Those who are about to, or do, are {@link Exchange#isReceiving}. */
    public void stop() {
        set(LOOP_HAS_STOPPED, 1);
    }

    private void set(int word, int value) {
        words.putInt(word, value);
        VarHandle.fullFence(); // what is read next must not be older
    }
}
