package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import org.jspecify.annotations.Nullable;

/**
 * A call that is being handled. It gets one answer, from whoever claims it first: the handling thread, the {@link
 * Housekeeper}, or the agent that ends.
 */
final class InFlight {
    private final Thread handling = Thread.currentThread();
    private final WaitingCall call;
    private boolean claimed;
    private volatile boolean left;
    private volatile @Nullable Errno givenUp;
    private volatile boolean waiting;

    InFlight(WaitingCall call) {
        this.call = call;
    }

    /**
     * The handling thread calls this when it has an answer.
     *
     * <p>The thread may have been interrupted, by this agent or by the handler itself. That must not reach the next
     * call, so this clears it.
     *
     * @return false if the call was answered already
     */
    synchronized boolean claim() {
        Thread.interrupted();
        if (claimed) {
            return false;
        }
        claimed = true;
        return true;
    }

    /**
     * Answers in place of the handling thread, and interrupts that thread.
     *
     * @return false if the call was answered already
     * @throws io.github.seccompagent.api.ErrnoException if the kernel refuses the answer
     */
    synchronized boolean giveUp(NotificationBuffers buffers, Errno errno) {
        if (claimed) {
            return false;
        }
        claimed = true;
        givenUp = errno;
        handling.interrupt();
        call.send(buffers, Response.failure(errno));
        return true;
    }

    /** Called when the next agent is to answer it: nobody in this one does any more. */
    synchronized void leave() {
        if (!claimed) {
            claimed = true;
            left = true;
            handling.interrupt();
        }
    }

    /** Whether the next agent is to answer it. */
    boolean isLeft() {
        return left;
    }

    /** The answer that was given in place of the handling thread; null if there was none. */
    @Nullable Errno givenUp() {
        return givenUp;
    }

    void setWaiting(boolean now) {
        waiting = now;
    }

    /** Whether it only waits for as long as its handler wants. */
    boolean isWaiting() {
        return waiting;
    }

    /** {@link WaitingCall#account}. */
    String account() {
        return call.account();
    }

    @Override
    public String toString() {
        return call.toString();
    }
}
