package io.github.seccompagent.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Limits the calls in flight, of each container and of all. Past a limit calls wait in the kernel. A reserve is kept for
 * containers that have none in flight: a FUSE daemon, whose own calls are notified, must not wait for those of others that
 * wait for it. Calls that are delayed count for their container alone, and have a limit of their own: otherwise a few
 * containers with long delays would stop the calls of all. Safe for use by several threads.
 */
final class Admission {
    private final int max;
    private final int maxPerContainer;
    private final int reserve;
    private final int maxDelayed;

    private final Map<String, Share> shares = new HashMap<>(); // by account
    private final Deque<Gate> waiting = new ArrayDeque<>();
    private int total; // those that are or were delayed not among them
    private int delayed; // or were, and have gone on

    /** The calls of one container, for all its gates. Guarded by the admission. */
    static final class Share {
        private final String account;
        private int gates;
        private int inFlight;

        private Share(String account) {
            this.account = account;
        }

        private boolean isUnused() {
            return gates == 0 && inFlight == 0;
        }
    }

    /** Whose calls are let in. */
    interface Gate {
        Share share();

        /** Ends the waiting for its calls. */
        void pause();

        /** Goes on with it. */
        void resume();
    }

    Admission(int max, int maxPerContainer, int reserve, int maxDelayed) {
        this.max = max;
        this.maxPerContainer = maxPerContainer;
        this.reserve = reserve;
        this.maxDelayed = maxDelayed;
    }

    /** The share of a container, or of a user, for one more gate. {@link #forget} gives it back. */
    synchronized Share share(String account) {
        Share share = shares.computeIfAbsent(account, Share::new);
        share.gates++;
        return share;
    }

    /**
     * Lets a call begin. If it may not, its gate is paused until there is room again.
     *
     * @return whether it may begin; then {@link #leave} must follow
     */
    synchronized boolean enter(Gate gate) {
        Share own = gate.share();
        if (!hasRoom(own.inFlight, total)) {
            gate.pause();
            waiting.add(gate);
            return false;
        }
        own.inFlight++;
        total++;
        return true;
    }

    private boolean hasRoom(int own, int all) {
        return own == 0 ? all < max : own < maxPerContainer && all < max - reserve;
    }

    /** Ends a call, and resumes those that wait and could begin one now; if they are too many, they come to wait again. */
    synchronized void leave(Gate gate, boolean wasDelayed) {
        Share own = gate.share();
        own.inFlight--;
        if (wasDelayed) {
            delayed--;
        } else {
            total--;
        }
        removeIfUnused(own);
        if (!waiting.isEmpty()) {
            resumeWaiting();
        }
    }

    /**
     * Gives the place of a call that has begun to others. It never takes one again, but counts as delayed until it leaves: a
     * call that waited for one here would keep those of its container waiting that it may depend on.
     *
     * @return false if as many calls as may be are delayed already; then nothing is given
     */
    synchronized boolean delay() {
        if (delayed == maxDelayed) {
            return false;
        }
        delayed++;
        total--;
        resumeWaiting();
        return true;
    }

    private void removeIfUnused(Share share) {
        if (share.isUnused()) {
            shares.remove(share.account, share);
        }
    }

    /** Ends the waiting of a gate that is gone. */
    synchronized void forget(Gate gate) {
        gate.share().gates--;
        removeIfUnused(gate.share());
        if (waiting.removeIf(other -> other == gate)) {
            resumeWaiting();
        }
    }

    /** More than there is room for: the calls of some may be gone, and those would never resume anybody else. */
    private void resumeWaiting() {
        for (Iterator<Gate> each = waiting.iterator(); each.hasNext(); ) {
            Gate next = each.next();
            if (hasRoom(next.share().inFlight, total)) {
                each.remove();
                next.resume();
            }
        }
    }

    /** How many calls are in flight, those that are delayed among them. */
    synchronized int inFlight() {
        return total + delayed;
    }

    /** How many calls are delayed, or were and have gone on. */
    synchronized int delayed() {
        return delayed;
    }
}
