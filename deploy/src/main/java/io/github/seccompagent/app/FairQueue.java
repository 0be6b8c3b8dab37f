package io.github.seccompagent.app;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A queue in which each owner has places of its own, and from which the owners' things are taken in turns: whoever fills it
 * loses only what is his, and delays others by one thing of his. Safe for use by several threads.
 */
final class FairQueue<K, T> {
    private final int placesOfOwner;
    private final int places;
    private final Map<K, ArrayDeque<T>> waiting =
            new LinkedHashMap<>(); // guarded by this; whose turn is next comes first
    private int size; // guarded by this
    private boolean closed; // guarded by this

    FairQueue(int placesOfOwner, int places) {
        this.placesOfOwner = placesOfOwner;
        this.places = places;
    }

    /**
     * Takes something in, if there is a place for it. When the queue is full, whoever has most in it makes room.
     *
     * @return what is not in the queue any more, or never was: this thing, or one of another owner
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
            dropped = Optional.of(longest.removeLast()); // another one is left in there
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

    /** Waits for the next thing; empty if the queue is closed, and nothing is left in it. */
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
            waiting.put(next.getKey(), next.getValue()); // behind all others
        }
        return Optional.of(thing);
    }

    /** Takes nothing more in. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
