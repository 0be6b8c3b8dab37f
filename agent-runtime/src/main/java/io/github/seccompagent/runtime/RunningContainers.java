package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The containers by their first processes. A process that is executed later belongs to the same container. When crun
 * executes a process in a container, its state names that process, or 0, instead of the container's first process. Safe
 * for use by several threads.
 */
final class RunningContainers {
    static final String RUNNING = "running";

    private final ConcurrentMap<String, ServedContainer> containers = new ConcurrentHashMap<>();

    /**
     * The container of a process, with the state that came for the process. The pid in the state is that of the
     * container's first process.
     *
     * @param owner the uid that the processes must belong to; empty if any uid will do
     * @throws ErrnoException EPERM if they do not belong to it; ENOENT or ESRCH if that cannot be told any more
     */
    ServedContainer containerOf(ContainerProcessState state, OptionalInt owner) {
        boolean begins = !state.container().status().equals(RUNNING);
        ServedContainer known = begins ? null : containers.get(state.id());
        // crun can leave the pid at 0 for a program that is executed. Then the state counts for the container that is
        // known.
        if (owner.isPresent() && (known == null || state.pid() != 0)) {
            ServedContainer.requireOfUser(state.pid(), owner.getAsInt());
        }
        if (known != null && known.executes(state)) {
            return known.with(state);
        }
        ServedContainer added = ServedContainer.of(state, owner);
        if (begins) {
            containers.put(added.id(), added);
        }
        return added;
    }

    /** Whether it is the one that its first process began. */
    boolean isFirst(ServedContainer container) {
        return container.equals(containers.get(container.id()));
    }

    /** Takes over one that its first process has begun long ago. */
    void restore(ServedContainer container) {
        containers.put(container.id(), container);
    }

    /** Forgets a container if the listener that ended was that of its first process. Returns whether it was. */
    boolean forget(ServedContainer container) {
        return containers.remove(container.id(), container);
    }
}
