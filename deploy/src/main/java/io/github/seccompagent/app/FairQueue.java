package io.github.seccompagent.app;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A queue that serves its owners in turns and gives each owner a limited number of places. An owner that fills the
 * queue loses only its own things, and delays another owner by one of its things at most. Safe for use by several
 * threads.
 */
final class FairQueue<K, T> {
    private final int placesOfOwner;
    private final int places;
    private final Map<K, ArrayDeque<T>> waiting = new LinkedHashMap<>(); // guarded by this; the next owner comes first
    private int size; // guarded by this
    private boolean closed; // guarded by this

    FairQueue(int placesOfOwner, int places) {
        this.placesOfOwner = placesOfOwner;
        this.places = places;
    }

    /**
     * Adds a thing if there is a place for it. If the queue is full, the owner with the most things in it loses one.
     *
     * @return the thing that was dropped: this one, or one of another owner
     */
    synchronized Optional<T> offer(K owner, T thing) {
        ArrayDeque<T> own = waiting.get(owner);
        int count = own == null ? 0 : own.size();
        if (closed || count >= placesOfOwner) {
            return Optional.of(thing);
        }
        Optional<T> dropped = Optional.empty();
        if (size >= places) {
            ArrayDeque<T> longest = longest();
            if (longest.size() <= count + 1) {
                return Optional.of(thing);
            }
            dropped = Optional.of(longest.removeLast()); // at least one is left, so the map needs no change
            size--;
        }
        waiting.computeIfAbsent(owner, first -> new ArrayDeque<>()).add(thing);
        size++;
        notifyAll();
        return dropped;
    }

    private ArrayDeque<T> longest() {
        return waiting.values().stream()
                .max(Comparator.comparingInt(ArrayDeque::size))
                .orElseThrow();
    }

    /** Waits for the next thing. Empty if the queue is closed and nothing is left in it. */
    synchronized Optional<T> take() throws InterruptedException {
        while (size == 0) {
            if (closed) {
                return Optional.empty();
            }
            wait();
        }
        Map.Entry<K, ArrayDeque<T>> next = waiting.entrySet().iterator().next();
        waiting.remove(next.getKey());
        T thing = next.getValue().removeFirst();
        size--;
        if (!next.getValue().isEmpty()) {
            waiting.put(next.getKey(), next.getValue()); // after all other owners
        }
        return Optional.of(thing);
    }

    /** Closes the queue: it drops all things that come later. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
