package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.Epoll;
import io.github.seccompagent.linux.NotificationBuffers;
import io.github.seccompagent.linux.TargetMemory;
import io.github.seccompagent.linux.ThreadInterrupt;
import org.jspecify.annotations.Nullable;

/** A thread of the loop, with the memory that it needs for a notification, and what the watchdog sees of it. */
final class LoopThread extends Thread {
    final NotificationBuffers buffers = new NotificationBuffers();
    final Epoll.Ready ready = new Epoll.Ready();
    final TargetMemory memory = new TargetMemory();

    private final EventLoop loop;
    private volatile int kernelId;

    // Odd while the thread handles an event. Written by the thread alone.
    private volatile int turn;
    private volatile boolean receiving;
    private volatile @Nullable InFlight inFlight;
    private boolean delayed; // of the thread alone

    LoopThread(EventLoop loop, int number) {
        super("loop-" + number);
        this.loop = loop;
    }

    @Override
    public void run() {
        kernelId = ThreadInterrupt.currentThreadId();
        loop.run(this);
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    void beginTurn() {
        delayed = false;
        turn++;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    void endTurn() {
        inFlight = null;
        turn++;
    }

    int turn() {
        return turn;
    }

    static boolean isBusy(int turn) {
        return (turn & 1) != 0;
    }

    void receiving(boolean now) {
        receiving = now;
    }

    void handles(InFlight call) {
        inFlight = call;
    }

    /**
     * Called by the thread when its call is to wait, for as long as its handler wants.
     *
     * @return false if it must not, since no other thread can serve everybody else meanwhile
     */
    boolean beginsToWait() {
        delayed = true;
        try {
            if (!loop.replaceLeader(this)) { // sooner than the watchdog sees it
                return false;
            }
        } catch (OutOfMemoryError noThread) { // where the kernel gives no more of them, as past a pod's limit
            return false;
        }
        waits(true);
        return true;
    }

    /** Called by the thread when its call goes on. */
    void goesOn() {
        waits(false);
    }

    /** Whether its call has given its place to others. */
    boolean isDelayed() {
        return delayed;
    }

    private void waits(boolean now) {
        InFlight call = inFlight;
        if (call != null) {
            call.waits(now);
        }
    }

    @Nullable InFlight inFlight() {
        return inFlight;
    }

    /** Ends a receive that blocks although there was something to receive a moment ago. */
    void interruptReceive() {
        if (receiving) {
            ThreadInterrupt.interrupt(kernelId);
        }
    }
}
