package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.KnownProcess;
import io.github.seccompagent.linux.UserNamespace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container whose listener is served.
 *
 * @param state as it came for one of its processes, but always with the pid of the first
 * @param userNamespace the container's own, whatever its processes enter later; empty if unknown, which is nobody's
 * @param firstProcess the container's own
 */
record ServedContainer(ContainerProcessState state, String userNamespace, KnownProcess firstProcess, Freezer freezer) {
    private static final long NEVER = -1;

    private static final Logger LOG = LoggerFactory.getLogger(ServedContainer.class);

    /** Looks while the container is being started, so that its first process is there. */
    static ServedContainer of(ContainerProcessState came) {
        int pid = came.container().pid() > 0 ? came.container().pid() : came.pid();
        ContainerProcessState state = withFirst(pid, came);
        KnownProcess first = new KnownProcess(pid, NEVER);
        try {
            first = KnownProcess.of(pid);
            return new ServedContainer(state, UserNamespace.ofContainer(pid), first, Freezer.of(first));
        } catch (ErrnoException e) {
            LOG.debug("container {}: nothing is granted to its root: {}", state.id(), e.getMessage());
            return new ServedContainer(state, "", first, Freezer.of(first));
        }
    }

    /**
     * Whether a state is that of a process which is executed in this container, and not in another one of the same name: two
     * runtimes can have that. runc gives the container's first process; crun gives the executed one, or 0.
     */
    boolean executes(ContainerProcessState executed) {
        int pid = executed.container().pid();
        return pid > 0 && pid != executed.pid() ? pid == firstProcess.id() : freezer.mayHave(executed.pid());
    }

    /** The same, as another of its processes has it. */
    ServedContainer with(ContainerProcessState executed) {
        return new ServedContainer(withFirst(firstProcess.id(), executed), userNamespace, firstProcess, freezer);
    }

    private static ContainerProcessState withFirst(int pid, ContainerProcessState state) {
        Container container = state.container();
        return new ContainerProcessState(
                state.ociVersion(),
                state.pid(),
                state.metadata(),
                new Container(container.id(), container.status(), pid, container.bundle(), container.annotations()));
    }

    String id() {
        return state.id();
    }
}
