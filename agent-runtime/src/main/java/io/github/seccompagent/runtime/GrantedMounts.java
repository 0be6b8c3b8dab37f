package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.GrantedMount;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mounts that were made for containers, by container: these, and nothing else, may be taken off again with the
 * agent's privileges. Each container may have a limited number. Safe for use by several threads.
 */
final class GrantedMounts {
    private final int maxPerContainer;
    private final Map<String, Mounts> containers = new HashMap<>();

    private static final class Mounts {
        private final Map<Long, GrantedMount> byId = new LinkedHashMap<>();
        private final Recount recount = new Recount();
        private int beingMade;
        private boolean refused;
        private boolean forgotten;
    }

    GrantedMounts(int maxPerContainer) {
        this.maxPerContainer = maxPerContainer;
    }

    /** Whether there is room for one more; then {@link #made} or {@link #notMade} must follow. */
    synchronized boolean begin(String container) {
        Mounts mounts = containers.computeIfAbsent(container, id -> new Mounts());
        if (mounts.byId.size() + mounts.beingMade >= maxPerContainer) {
            return false;
        }
        mounts.beingMade++;
        return true;
    }

    /** What counts those that are still there, when there is no room for more. */
    synchronized Recount recount(String container) {
        return containers.computeIfAbsent(container, id -> new Mounts()).recount;
    }

    synchronized void made(String container, GrantedMount mount) {
        Mounts mounts = containers.computeIfAbsent(container, id -> new Mounts());
        mounts.beingMade--;
        if (!mounts.forgotten) {
            mounts.byId.put(mount.id(), mount);
        }
        forgetIfEmpty(container, mounts);
    }

    /** Whether a container that has too many is told so for the first time. */
    synchronized boolean isFirstRefusal(String container) {
        Mounts mounts = containers.get(container);
        boolean first = mounts != null && !mounts.refused;
        if (first) {
            mounts.refused = true;
        }
        return first;
    }

    synchronized void notMade(String container) {
        Mounts mounts = containers.computeIfAbsent(container, id -> new Mounts());
        mounts.beingMade--;
        forgetIfEmpty(container, mounts);
    }

    synchronized List<GrantedMount> of(String container) {
        Mounts mounts = containers.get(container);
        return mounts == null ? List.of() : List.copyOf(mounts.byId.values());
    }

    synchronized void takenOff(String container, long id) {
        Mounts mounts = containers.get(container);
        if (mounts != null) {
            mounts.byId.remove(id);
            forgetIfEmpty(container, mounts);
        }
    }

    private void forgetIfEmpty(String container, Mounts mounts) {
        if (mounts.byId.isEmpty() && mounts.beingMade == 0) {
            containers.remove(container);
        }
    }

    /** The container is gone, and its mounts with it. */
    synchronized void forget(String container) {
        Mounts mounts = containers.get(container);
        if (mounts != null) {
            mounts.byId.clear();
            mounts.forgotten = true;
            forgetIfEmpty(container, mounts);
        }
    }
}
