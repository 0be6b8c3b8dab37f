package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The first processes of the containers. When crun executes a process in a container, it gives that process, or 0, for
 * the container's own; the container's first state was right. Safe for use by several threads.
 */
final class ContainerInits {
    static final String RUNNING = "running";

    private final ConcurrentMap<String, Integer> pids = new ConcurrentHashMap<>();

    /** The state with the pid of the container's first process. */
    ContainerProcessState corrected(ContainerProcessState state) {
        Container container = state.container();
        if (!container.status().equals(RUNNING)) {
            pids.put(container.id(), container.pid() > 0 ? container.pid() : state.pid());
        }
        int pid = pids.getOrDefault(container.id(), container.pid() > 0 ? container.pid() : state.pid());
        Container corrected =
                new Container(container.id(), container.status(), pid, container.bundle(), container.annotations());
        return new ContainerProcessState(state.ociVersion(), state.pid(), state.metadata(), corrected);
    }

    /** Forgets a container whose listener has ended, if that was its first process's; returns whether it was. */
    boolean ended(ContainerProcessState state) {
        return !state.container().status().equals(RUNNING)
                && pids.remove(state.id(), state.container().pid());
    }
}
