package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.KnownProcess;
import io.github.seccompagent.linux.UserNamespace;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container whose listener is served.
 *
 * @param id the agent's own, which no user can give to a container to pass for another's
 * @param state as it came for one of its processes, but always with the pid of the first
 * @param userNamespace the container's own, whatever its processes enter later; empty if unknown, which is nobody's
 * @param firstProcess the container's own
 */
record ServedContainer(
        String id, ContainerProcessState state, String userNamespace, KnownProcess firstProcess, Freezer freezer) {
    private static final long NEVER = -1;

    private static final Logger LOG = LoggerFactory.getLogger(ServedContainer.class);

    /**
     * Looks while the container is being started, so that its first process is there.
     *
     * @param onlyOf the uid whose process that has to be, if not anybody's
     * @throws ErrnoException EPERM if it is not, ENOENT or ESRCH if that cannot be told any more
     */
    static ServedContainer of(ContainerProcessState came, OptionalInt onlyOf) {
        int pid = came.container().pid() > 0 ? came.container().pid() : came.pid();
        ContainerProcessState state = withFirst(pid, came);
        String id = id(state, onlyOf);
        KnownProcess first = onlyOf.isPresent() ? requireOfUser(pid, onlyOf.getAsInt()) : lookUp(pid);
        // A user can have put its process into a cgroup with those of others.
        Freezer freezer = onlyOf.isPresent() ? Freezer.none("it is a user's own container") : Freezer.of(first);
        try {
            return new ServedContainer(id, state, UserNamespace.ofContainer(pid), first, freezer);
        } catch (ErrnoException e) {
            LOG.debug("container {}: nothing is granted to its root: {}", id, e.getMessage());
            return new ServedContainer(id, state, "", first, freezer);
        }
    }

    /** What {@link #id()} will be. */
    static String id(ContainerProcessState state, OptionalInt onlyOf) {
        return onlyOf.isPresent() ? state.id() + " of uid " + Integer.toUnsignedString(onlyOf.getAsInt()) : state.id();
    }

    /** @throws ErrnoException EPERM if a user could not signal a process; ENOENT or ESRCH if it is gone */
    static KnownProcess requireOfUser(int pid, int uid) {
        KnownProcess process = KnownProcess.of(pid);
        if (!process.isOfUser(uid)) {
            throw new ErrnoException(
                    Errno.EPERM, "process " + pid + " is not one of uid " + Integer.toUnsignedString(uid));
        }
        return process;
    }

    private static KnownProcess lookUp(int pid) {
        try {
            return KnownProcess.of(pid);
        } catch (ErrnoException gone) {
            return new KnownProcess(pid, NEVER);
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
        return new ServedContainer(id, withFirst(firstProcess.id(), executed), userNamespace, firstProcess, freezer);
    }

    private static ContainerProcessState withFirst(int pid, ContainerProcessState state) {
        Container container = state.container();
        return new ContainerProcessState(
                state.ociVersion(),
                state.pid(),
                state.metadata(),
                new Container(container.id(), container.status(), pid, container.bundle(), container.annotations()));
    }
}
