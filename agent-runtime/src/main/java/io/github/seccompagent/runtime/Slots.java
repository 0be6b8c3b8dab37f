package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.keeper.Journal;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where threads receive, each in a slot of its own. With a keeper they are in the journal. Those in which an agent
 * before this one has left a call are for nobody else until it is answered. Safe for use by several threads.
 */
final class Slots {
    private static final int NONE = -1;

    private final ConcurrentLinkedDeque<Integer> free = new ConcurrentLinkedDeque<>();
    private final Map<Integer, List<Slot>> left = new HashMap<>(); // by listener; guarded by this
    private final IntFunction<NotificationBuffers> memory;

    /**
     * A slot, of the thread that has taken it.
     *
     * @param isKnown whether more of it is known than that something was received
     */
    record Slot(int index, NotificationBuffers buffers, boolean isKnown) {}

    private Slots(int count, IntFunction<NotificationBuffers> memory) {
        this.memory = memory;
        IntStream.range(0, count).forEach(free::add);
    }

    /** Some that end with this process. */
    static Slots of(int count) {
        return new Slots(count, any -> new NotificationBuffers());
    }

    /** Those of a journal. */
    static Slots of(Journal journal) {
        Slots slots = new Slots(journal.count(), journal::slot);
        for (int i = 0; i < journal.count(); i++) {
            if (slots.leaveIfUsed(new Slot(i, journal.slot(i), true))) {
                slots.free.remove(i);
            }
        }
        return slots;
    }

    /** Has the calls looked at that are in a journal of another version. */
    void addLeft(Journal other) {
        for (int i = 0; i < other.count(); i++) {
            leaveIfUsed(new Slot(NONE, other.slot(i), false));
        }
    }

    private synchronized boolean leaveIfUsed(Slot slot) {
        if (slot.buffers().id() == 0) {
            return false;
        }
        left.computeIfAbsent(slot.buffers().listener(), any -> new ArrayList<>())
                .add(slot);
        return true;
    }

    /** A free one; null if there is none. */
    @Nullable Slot take() {
        Integer index = free.pollFirst();
        return index == null ? null : new Slot(index, memory.apply(index), true);
    }

    void give(Slot slot) {
        if (slot.index() != NONE) {
            free.addFirst(slot.index());
        }
    }

    /** Takes those in which an agent before this one has received something from a listener, perhaps long ago. */
    synchronized List<Slot> takeLeft(int listener) {
        List<Slot> those = left.remove(listener);
        return those == null ? List.of() : those;
    }

    /** Nobody wants those that are left. */
    synchronized void freeLeft() {
        left.values()
                .forEach(those -> those.forEach(slot -> {
                    slot.buffers().clear();
                    give(slot);
                }));
        left.clear();
    }
}
