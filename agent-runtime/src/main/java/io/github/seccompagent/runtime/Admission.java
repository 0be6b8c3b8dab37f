package io.github.seccompagent.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Limits the calls in flight, of each container and of all. Past a limit calls wait in the kernel. A reserve is kept for
 * containers that have none in flight: a FUSE daemon, whose own calls are notified, must not wait for those of others that
 * wait for it. Safe for use by several threads.
 */
final class Admission {
    private final int max;
    private final int maxPerContainer;
    private final int reserve;

    private final Map<String, Integer> inFlight = new HashMap<>();
    private final Deque<Gate> waiting = new ArrayDeque<>();
    private int total;

    /** Whose calls are let in. */
    interface Gate {
        String containerId();

        /** Ends the waiting for its calls. */
        void pause();

        /** Goes on with it. */
        void resume();
    }

    Admission(int max, int maxPerContainer, int reserve) {
        this.max = max;
        this.maxPerContainer = maxPerContainer;
        this.reserve = reserve;
    }

    /**
     * Lets a call begin. If it may not, its gate is paused until there is room again.
     *
     * @return whether it may begin; then {@link #leave} must follow
     */
    synchronized boolean enter(Gate gate) {
        int own = inFlight.getOrDefault(gate.containerId(), 0);
        if (!hasRoom(own, total)) {
            gate.pause();
            waiting.add(gate);
            return false;
        }
        inFlight.put(gate.containerId(), own + 1);
        total++;
        return true;
    }

    private boolean hasRoom(int own, int all) {
        return own == 0 ? all < max : own < maxPerContainer && all < max - reserve;
    }

    /** Ends a call, and resumes those that wait and could begin one now; if they are too many, they come to wait again. */
    synchronized void leave(Gate gate) {
        inFlight.computeIfPresent(gate.containerId(), (id, count) -> count == 1 ? null : count - 1);
        total--;
        if (!waiting.isEmpty()) {
            resumeWaiting();
        }
    }

    /** Ends the waiting of a gate that is gone. */
    synchronized void forget(Gate gate) {
        if (waiting.removeIf(other -> other == gate)) {
            resumeWaiting();
        }
    }

    /** More than there is room for: the calls of some may be gone, and those would never resume anybody else. */
    private void resumeWaiting() {
        for (Iterator<Gate> each = waiting.iterator(); each.hasNext(); ) {
            Gate next = each.next();
            if (hasRoom(inFlight.getOrDefault(next.containerId(), 0), total)) {
                each.remove();
                next.resume();
            }
        }
    }

    /** How many calls are in flight. */
    synchronized int inFlight() {
        return total;
    }
}
