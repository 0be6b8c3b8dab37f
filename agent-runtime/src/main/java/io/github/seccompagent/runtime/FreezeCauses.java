package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.keeper.ContainerMemfd;
import io.github.seccompagent.linux.keeper.KeptTable;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.process.KnownProcess;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls for which a container was frozen, one for each thread, and kept for the next agent. When there are too
 * many, the oldest one is forgotten. For use by one thread at a time.
 */
final class FreezeCauses {
    private static final Logger LOG = LoggerFactory.getLogger(FreezeCauses.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final int MAX = ContainerMemfd.CAUSES;
    private static final int NOWHERE = -1;

    private final Map<KnownProcess, Cause> causes = new LinkedHashMap<>(); // by thread, the oldest first
    private final BitSet places = new BitSet(); // of the table, those that are used
    private @Nullable KeptTable table;

    private record Cause(Notification call, int place, boolean isFrozen) {}

    /**
     * Has them kept from now on, and knows those that an agent before has kept there.
     *
     * @param kept of 15 words
     */
    void keep(KeptTable kept) {
        table = kept;
        try {
            kept.read().forEach((place, words) -> {
                places.set(place);
                KnownProcess thread = new KnownProcess((int) words[0], words[1]);
                remove(thread);
                causes.put(thread, new Cause(NotificationWords.get(words, 2), place, false));
            });
        } catch (ErrnoException e) {
            LOG.error("why a container was frozen cannot be read, so it may be frozen twice: {}", e.getMessage());
        }
    }

    /**
     * Whether the container was frozen for this call, or for the one that it repeats. Whether an agent before came to
     * that is not known if the call is the same one still: freezing takes it away.
     */
    boolean isFrozenFor(KnownProcess thread, Notification call) {
        Cause cause = causes.get(thread);
        return cause != null && call.repeats(cause.call) && (cause.isFrozen || call.id() != cause.call.id());
    }

    /** Called when it was frozen for the call that was put last. */
    void setFrozen(KnownProcess thread) {
        causes.computeIfPresent(thread, (same, cause) -> new Cause(cause.call, cause.place, true));
    }

    /** Called before the container is frozen. */
    void put(KnownProcess thread, Notification call) {
        remove(thread);
        if (causes.size() >= MAX) {
            remove(causes.keySet().iterator().next());
        }
        causes.put(thread, new Cause(call, write(thread, call), false));
    }

    void remove(KnownProcess thread) {
        Cause removed = causes.remove(thread);
        if (removed != null && removed.place != NOWHERE) {
            clear(removed.place);
        }
    }

    /** Returns the place. */
    private int write(KnownProcess thread, Notification call) {
        int place = places.nextClearBit(0);
        if (table == null || place >= table.count()) {
            return NOWHERE;
        }
        long[] words = new long[15];
        words[0] = thread.id();
        words[1] = thread.start();
        NotificationWords.put(call, words, 2);
        try {
            table.write(place, words);
            places.set(place);
            return place;
        } catch (ErrnoException e) {
            WARNINGS.log("", () -> "why a container is frozen is not kept: " + e.getMessage());
            return NOWHERE;
        }
    }

    private void clear(int place) {
        try {
            if (table != null) {
                table.clear(place);
                places.clear(place);
            }
        } catch (ErrnoException e) {
            LOG.debug("{}", e.getMessage()); // the container is gone
        }
    }
}
