package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.notify.NotificationBuffers;

/** A call that is being handled. Whoever claims it first gives its one answer: the handling thread or the watchdog. */
final class InFlight {
    private final Thread handling = Thread.currentThread();
    private final WaitingCall call;
    private boolean claimed;
    private volatile boolean waiting;

    InFlight(WaitingCall call) {
        this.call = call;
    }

    /**
     * Called by the handling thread when it has an answer.
     *
     * @return false if the call was answered already; then the thread may have been interrupted, which is taken back
     */
    synchronized boolean claim() {
        if (claimed) {
            Thread.interrupted();
            return false;
        }
        claimed = true;
        return true;
    }

    /**
     * Answers in the place of the handling thread, and interrupts it.
     *
     * @return false if it was answered already
     * @throws io.github.seccompagent.api.ErrnoException if the kernel refuses the answer
     */
    synchronized boolean giveUp(NotificationBuffers buffers, Errno errno) {
        if (claimed) {
            return false;
        }
        claimed = true;
        handling.interrupt();
        call.send(buffers, Response.failure(errno));
        return true;
    }

    void setWaiting(boolean now) {
        waiting = now;
    }

    /** Whether it only waits, for as long as its handler wants. */
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
