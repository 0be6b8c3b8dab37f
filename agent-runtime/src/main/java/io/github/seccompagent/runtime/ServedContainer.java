package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.cgroup.ContainerThreads;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.UserNamespace;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container whose listener is served.
 *
 * @param state as it came for one of its processes, but always with the pid of the first
 * @param owner the uid whose container it has to be, if not anybody's
 * @param userNamespace the container's own, whatever its processes enter later; empty if unknown, which is nobody's
 * @param firstProcess the container's own
 */
record ServedContainer(
        ContainerProcessState state,
        OptionalInt owner,
        String userNamespace,
        KnownProcess firstProcess,
        Freezer freezer) {
    private static final long NEVER = -1;

    private static final Logger LOG = LoggerFactory.getLogger(ServedContainer.class);

    /**
     * Looks while the container is being started, so that its first process is there.
     *
     * @param owner the uid whose process that has to be, if not anybody's
     * @throws ErrnoException EPERM if it is not, ENOENT or ESRCH if that cannot be told any more
     */
    static ServedContainer of(ContainerProcessState came, OptionalInt owner) {
        int pid = came.container().pid() > 0 ? came.container().pid() : came.pid();
        KnownProcess first = owner.isPresent() ? requireOfUser(pid, owner.getAsInt()) : lookUp(pid);
        // A user can have put its process into a cgroup with those of others.
        Freezer freezer = owner.isPresent()
                ? Freezer.none("it is a user's own container")
                : Freezer.of(first, came.container().id());
        return new ServedContainer(state(came, pid), owner, userNamespace(first), first, freezer);
    }

    private static String userNamespace(KnownProcess first) {
        try {
            return UserNamespace.ofContainer(first);
        } catch (ErrnoException e) {
            LOG.debug("nothing is granted to the root of the container of process {}: {}", first.id(), e.getMessage());
            return "";
        }
    }

    /** The agent's own name for it, which no user can give to a container to pass for another's. */
    String id() {
        return state.id();
    }

    /** Whose calls in flight are limited: the container's, but a user's whatever it calls its containers. */
    String account() {
        return account(state, owner);
    }

    static String account(ContainerProcessState state, OptionalInt owner) {
        return owner.isPresent() ? user(owner.getAsInt()) : state.id();
    }

    private static String user(int uid) {
        return "uid " + Integer.toUnsignedString(uid);
    }

    /** @throws ErrnoException EPERM if a user could not signal a process; ENOENT or ESRCH if it is gone */
    static KnownProcess requireOfUser(int pid, int uid) {
        KnownProcess process = KnownProcess.of(pid);
        requireOfUser(process, uid);
        return process;
    }

    private static void requireOfUser(KnownProcess process, int uid) {
        if (!process.isOfUser(uid)) {
            throw new ErrnoException(Errno.EPERM, "process " + process.id() + " is not one of " + user(uid));
        }
    }

    /**
     * Kills it.
     *
     * @throws ErrnoException ESRCH if it is gone, EPERM if it is a user's that the user could not kill any more
     */
    void kill() {
        owner.ifPresent(uid -> requireOfUser(firstProcess, uid)); // it may have executed a set-user-ID program since
        firstProcess.kill();
    }

    /**
     * Called before something is done to it for a call: the pid of its first process is the word of whoever sent the state,
     * where the thread is that of the kernel.
     *
     * @throws ErrnoException EPERM if the thread is not in this container; ENOENT or ESRCH if one of both is gone
     */
    void requireContains(int threadId) {
        if (!ContainerThreads.include(firstProcess, threadId)) {
            throw new ErrnoException(
                    Errno.EPERM, "thread " + threadId + " is not in the container of process " + firstProcess.id());
        }
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
        return pid > 0 && pid != executed.pid() ? pid == firstProcess.id() : freezer.mayContain(executed.pid());
    }

    /** The same, as another of its processes has it. */
    ServedContainer with(ContainerProcessState executed) {
        return new ServedContainer(state(executed, firstProcess.id()), owner, userNamespace, firstProcess, freezer);
    }

    private static ContainerProcessState state(ContainerProcessState came, int pid) {
        Container container = came.container();
        return new ContainerProcessState(
                came.ociVersion(),
                came.pid(),
                came.metadata(),
                new Container(container.id(), container.status(), pid, container.bundle(), container.annotations()),
                came.user());
    }
}
