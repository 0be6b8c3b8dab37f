package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.Listener;
import io.github.seccompagent.linux.NotificationBuffers;

/** A call that is being handled. Whoever claims it first gives its one answer: the handling thread or the watchdog. */
final class InFlight {
    private final Thread handling = Thread.currentThread();
    private final Listener listener;
    private final long id;
    private final HandledCall call;
    private boolean claimed;
    private volatile boolean waits;

    InFlight(Listener listener, long id, HandledCall call) {
        this.listener = listener;
        this.id = id;
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
        listener.send(buffers, id, Response.failure(errno));
        return true;
    }

    void waits(boolean now) {
        waits = now;
    }

    /** Whether it only waits, for as long as its handler wants. */
    boolean waits() {
        return waits;
    }

    /** {@link HandledCall#account}. */
    String account() {
        return call.account();
    }

    @Override
    public String toString() {
        return call.toString();
    }
}
