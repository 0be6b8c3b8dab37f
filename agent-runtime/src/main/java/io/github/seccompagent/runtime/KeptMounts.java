package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.keeper.KeptTable;
import io.github.seccompagent.linux.mount.GrantedMount;
import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the mounts of a container are kept for the next agent. For use by one thread at a time. */
final class KeptMounts {
    /** The place of a mount that is not kept. */
    static final int NOWHERE = -1;

    /** For containers that nobody keeps. */
    static final KeptMounts NONE = new KeptMounts(null);

    private static final Logger LOG = LoggerFactory.getLogger(KeptMounts.class);

    private final @Nullable KeptTable table;
    private final BitSet used = new BitSet();
    private boolean failed; // that is said once

    private KeptMounts(@Nullable KeptTable table) {
        this.table = table;
    }

    /** In a table of three words. */
    static KeptMounts in(KeptTable table) {
        return new KeptMounts(table);
    }

    boolean areIn(KeptTable other) {
        return table == other;
    }

    /** Those that are kept there already, by their places. */
    SortedMap<Integer, GrantedMount> load() {
        SortedMap<Integer, GrantedMount> mounts = new TreeMap<>();
        if (table == null) {
            return mounts;
        }
        try {
            table.read().forEach((place, words) -> {
                used.set(place);
                mounts.put(place, new GrantedMount(words[0], words[1], words[2]));
            });
        } catch (ErrnoException e) {
            LOG.error("kept mounts cannot be read, so they cannot be taken off by grant: {}", e.getMessage());
        }
        return mounts;
    }

    /** Returns the place, or {@link #NOWHERE}. */
    int add(GrantedMount mount) {
        if (table == null) {
            return NOWHERE;
        }
        int place = used.nextClearBit(0);
        try {
            if (place >= table.count()) {
                throw new ErrnoException(Errno.ENOSPC, "too many mounts");
            }
            table.write(place, mount.id(), mount.device(), mount.namespace());
            used.set(place);
            return place;
        } catch (ErrnoException e) {
            if (!failed) {
                LOG.error(
                        "a granted mount is not kept, so it cannot be taken off after the agent was killed: {}",
                        e.getMessage());
            }
            failed = true;
            return NOWHERE;
        }
    }

    void remove(int place) {
        if (table == null || place == NOWHERE) {
            return;
        }
        try {
            table.clear(place);
            used.clear(place);
        } catch (ErrnoException e) {
            LOG.debug("{}", e.getMessage()); // the container is gone
        }
    }
}
