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
    private final Object what;
    private boolean claimed;
    private volatile boolean waits;

    /** @param what says what is being handled, where it is logged */
    InFlight(Listener listener, long id, Object what) {
        this.listener = listener;
        this.id = id;
        this.what = what;
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

    @Override
    public String toString() {
        return what.toString();
    }
}
