package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.keeper.KeptTable;
import io.github.seccompagent.linux.mount.GrantedMount;
import io.github.seccompagent.linux.mount.MountLookup;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mounts that were made for containers, for each container. Only these may be taken off again with the agent's
 * privileges. The number for each container is limited. What is kept for the next agent is written before the caller
 * has its answer. Safe for use by several threads.
 */
final class GrantedMounts {
    /** Stands for a mount that must not be taken off. */
    private static final GrantedMount UNREMOVABLE = new GrantedMount(0, 0, 0);

    private final int maxPerContainer;
    private final Map<String, Mounts> containers = new HashMap<>();

    /** A mount, and where it is kept. */
    private record Made(GrantedMount mount, KeptMounts kept, int place) {
        private void forget() {
            kept.remove(place);
        }
    }

    private static final class Mounts {
        private final Map<Long, Made> byId = new LinkedHashMap<>();
        private final Recount recount = new Recount();
        private KeptMounts kept = KeptMounts.NONE;
        private int unremovable;
        private int reserved;
        private boolean refused;
        private boolean forgotten;

        private int count() {
            return byId.size() + unremovable + reserved;
        }

        private void add(GrantedMount mount, KeptMounts where, int place) {
            if (mount.equals(UNREMOVABLE)) {
                unremovable++;
            } else {
                Optional.ofNullable(byId.put(mount.id(), new Made(mount, where, place)))
                        .ifPresent(Made::forget); // it is gone, and its id is another's now
            }
        }
    }

    GrantedMounts(int maxPerContainer) {
        this.maxPerContainer = maxPerContainer;
    }

    /**
     * Reserves room for one more mount. Returns false if there is none. Otherwise {@link #commit}, {@link
     * #commitUnremovable} or {@link #release} must follow.
     */
    synchronized boolean reserve(String container) {
        Mounts mounts = mountsOf(container);
        if (mounts.count() >= maxPerContainer) {
            return false;
        }
        mounts.reserved++;
        return true;
    }

    /**
     * Has the mounts of a container kept from now on, and counts those that an agent before has kept there.
     *
     * @param table of three words
     * @param first whether it goes with the container, and not only with something that is executed in it
     */
    synchronized void keep(String container, KeptTable table, boolean first) {
        Mounts mounts = mountsOf(container);
        KeptMounts kept = KeptMounts.in(table);
        kept.load().forEach((place, mount) -> mounts.add(mount, kept, place));
        if (first || mounts.kept == KeptMounts.NONE) {
            mounts.kept = kept;
            mounts.forgotten = false;
        }
    }

    /** Nothing can be kept there any more. */
    synchronized void unkeep(String container, KeptTable table) {
        Mounts mounts = containers.get(container);
        if (mounts != null && mounts.kept.areIn(table)) {
            mounts.kept = KeptMounts.NONE;
            forgetIfEmpty(container, mounts);
        }
    }

    private Mounts mountsOf(String container) {
        return containers.computeIfAbsent(container, id -> new Mounts());
    }

    /** Turns a reservation into the mount that was made. */
    synchronized void commit(String container, GrantedMount mount) {
        Mounts mounts = mountsOf(container);
        mounts.reserved--;
        if (!mounts.forgotten) {
            mounts.add(mount, mounts.kept, mounts.kept.add(mount));
        }
        forgetIfEmpty(container, mounts);
    }

    /**
     * Counts a mount that an agent before has had made, and perhaps noted.
     *
     * @param id 0 for one that must not be taken off
     */
    synchronized void adopt(String container, long id, long device) {
        Mounts mounts = mountsOf(container);
        if (!mounts.byId.containsKey(id)) {
            GrantedMount mount = id == 0 ? UNREMOVABLE : new GrantedMount(id, device, 0);
            mounts.add(mount, mounts.kept, mounts.kept.add(mount));
        }
    }

    /**
     * Does the same for a mount that must not be taken off, because its covers would not stay on it. It counts as long
     * as the container exists.
     */
    synchronized void commitUnremovable(String container) {
        Mounts mounts = mountsOf(container);
        mounts.reserved--;
        if (!mounts.forgotten) {
            mounts.add(UNREMOVABLE, mounts.kept, mounts.kept.add(UNREMOVABLE));
        }
        forgetIfEmpty(container, mounts);
    }

    /** Gives a reservation back, because the mount was not made. */
    synchronized void release(String container) {
        Mounts mounts = mountsOf(container);
        mounts.reserved--;
        forgetIfEmpty(container, mounts);
    }

    /** The recount of the mounts that are still there, for when there is no room for more. */
    synchronized Recount recount(String container) {
        return mountsOf(container).recount;
    }

    /** Notes that a container was refused a mount at its limit. Returns whether this is the first time. */
    synchronized boolean markRefused(String container) {
        Mounts mounts = containers.get(container);
        if (mounts == null || mounts.refused) {
            return false;
        }
        mounts.refused = true;
        return true;
    }

    /** The mounts that may be taken off. */
    synchronized List<GrantedMount> of(String container) {
        Mounts mounts = containers.get(container);
        return mounts == null
                ? List.of()
                : mounts.byId.values().stream().map(Made::mount).toList();
    }

    /** Whether the container has any granted mount, removable or not. */
    synchronized boolean hasAny(String container) {
        Mounts mounts = containers.get(container);
        return mounts != null && mounts.count() > mounts.reserved;
    }

    /** Forgets a mount that was taken off or is gone. */
    synchronized void remove(String container, long id) {
        Mounts mounts = containers.get(container);
        if (mounts != null) {
            Optional.ofNullable(mounts.byId.remove(id)).ifPresent(Made::forget);
            forgetIfEmpty(container, mounts);
        }
    }

    /** Does the same, unless something was mounted on top of it at that moment, and was taken off in its place. */
    void removeUnlessThere(String container, long id) {
        if (of(container).stream().filter(mount -> mount.id() == id).noneMatch(new MountLookup()::finds)) {
            remove(container, id);
        }
    }

    private void forgetIfEmpty(String container, Mounts mounts) {
        if (mounts.count() == 0 && mounts.kept == KeptMounts.NONE) {
            containers.remove(container);
        }
    }

    /** Forgets a container that is gone, and its mounts. */
    synchronized void forget(String container) {
        Mounts mounts = containers.get(container);
        if (mounts != null) {
            mounts.byId.clear();
            mounts.unremovable = 0;
            mounts.kept = KeptMounts.NONE;
            mounts.forgotten = true;
            forgetIfEmpty(container, mounts);
        }
    }
}
