package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The containers as their first processes began them. What is executed in one later belongs to it: when crun executes a
 * process in a container, it gives that process, or 0, for the container's own. Safe for use by several threads.
 */
final class RunningContainers {
    static final String RUNNING = "running";

    private final ConcurrentMap<String, ServedContainer> containers = new ConcurrentHashMap<>();

    /**
     * The container of a process, with the state that came for that one; the pid in it is that of the container's first.
     *
     * @param owner the uid whose processes they have to be, if not anybody's
     * @throws ErrnoException EPERM if they are not; ENOENT or ESRCH if that cannot be told any more
     */
    ServedContainer containerOf(ContainerProcessState state, OptionalInt owner) {
        boolean begins = !state.container().status().equals(RUNNING);
        ServedContainer known = begins ? null : containers.get(state.id());
        // Crun can leave it at 0 for a program that is executed: then it counts for the container that is known.
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

    /** Forgets a container whose listener has ended, if that was its first process's; returns whether it was. */
    boolean forget(ServedContainer container) {
        return containers.remove(container.id(), container);
    }
}
