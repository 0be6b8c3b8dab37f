package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.cgroup.ContainerThreads;
import io.github.seccompagent.linux.helper.ListenerProbe;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.MountNamespace;
import io.github.seccompagent.linux.process.UserNamespace;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container whose listener is served.
 *
 * @param state the state that came for one of its processes, but always with the pid of its first process
 * @param owner the uid that the container must belong to; empty if any uid will do
 * @param userNamespace the container's own user namespace, whatever its processes enter later; empty if unknown, and
 *     then it matches no namespace
 * @param mountNamespace the mount namespace that the container was started with, whatever its processes enter later
 * @param firstProcess the first process of the container
 * @param home where that lives
 */
record ServedContainer(
        ContainerProcessState state,
        OptionalInt owner,
        String userNamespace,
        MountNamespace mountNamespace,
        KnownProcess firstProcess,
        Freezer freezer,
        Home home) {
    private static final long NEVER = -1;

    private static final Logger LOG = LoggerFactory.getLogger(ServedContainer.class);

    ServedContainer(
            ContainerProcessState state,
            OptionalInt owner,
            String userNamespace,
            MountNamespace mountNamespace,
            KnownProcess firstProcess,
            Freezer freezer) {
        this(state, owner, userNamespace, mountNamespace, firstProcess, freezer, new Home(firstProcess));
    }

    /**
     * Describes a container while it is being started, when its first process still exists.
     *
     * @param owner the uid that the process must belong to; empty if any uid will do
     * @throws ErrnoException EPERM if it does not belong to it; ENOENT or ESRCH if that cannot be told any more
     */
    static ServedContainer of(ContainerProcessState came, OptionalInt owner) {
        int pid = came.container().pid() > 0 ? came.container().pid() : came.pid();
        KnownProcess first = owner.isPresent() ? requireOfUser(pid, owner.getAsInt()) : lookUp(pid);
        // A user may have put its process into a cgroup together with processes of others.
        Freezer freezer = owner.isPresent()
                ? Freezer.none("it is a user's own container")
                : Freezer.of(first, came.container().id());
        String userNamespace = userNamespace(first);
        MountNamespace mounts = mountNamespace(first, userNamespace);
        ServedContainer found = new ServedContainer(state(came, pid), owner, userNamespace, mounts, first, freezer);
        return found.hasFirstProcess() ? found : found.withNothingKnown(); // last: all of that was of this process
    }

    private ServedContainer withNothingKnown() {
        LOG.debug("nothing is known of the container of process {}, which is gone", firstProcess.id());
        return new ServedContainer(
                state, owner, "", MountNamespace.UNKNOWN, firstProcess, Freezer.none("its first process is gone"));
    }

    private static String userNamespace(KnownProcess first) {
        try {
            return UserNamespace.ofContainer(first);
        } catch (ErrnoException e) {
            LOG.debug("nothing is granted to the root of the container of process {}: {}", first.id(), e.getMessage());
            return "";
        }
    }

    private static MountNamespace mountNamespace(KnownProcess first, String userNamespace) {
        try {
            return MountNamespace.ofContainer(first, userNamespace);
        } catch (ErrnoException e) {
            LOG.debug("no path is known in the container of process {}: {}", first.id(), e.getMessage());
            return MountNamespace.UNKNOWN;
        }
    }

    /** Whether it is the agent's own probe process, see {@link Containers}. */
    boolean isProbe() {
        return id().equals(ListenerProbe.CONTAINER_ID);
    }

    /** The agent's name for the container. No user can choose the name of somebody else's container. */
    String id() {
        return state.id();
    }

    /**
     * The name of the account whose calls in flight are limited. Each container has its own, but all containers of a
     * user share one.
     */
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

    /** Whether its first process is there, perhaps as a zombie. */
    boolean hasFirstProcess() {
        try {
            firstProcess.requireAlive();
            return true;
        } catch (ErrnoException gone) {
            return false;
        }
    }

    /**
     * Kills the container's first process.
     *
     * @throws ErrnoException ESRCH if it is gone, EPERM if it is a user's container and the user could no longer kill
     *     the process
     */
    void kill() {
        owner.ifPresent(uid -> requireOfUser(firstProcess, uid)); // it may have executed a set-user-ID program since
        firstProcess.kill();
    }

    /**
     * Call it before something is done to the container for a call. The kernel names the thread, but the pid of the
     * first process is only the word of whoever sent the state.
     *
     * @throws ErrnoException EPERM if the thread is not in this container; ENOENT or ESRCH if the thread or the process
     *     is gone
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
     * Whether a state belongs to a process that is executed in this container. Two runtimes can have containers of the
     * same name, so it may belong to another container. In the state runc names the container's first process. crun
     * names the executed process, or 0.
     */
    boolean executes(ContainerProcessState executed) {
        int pid = executed.container().pid();
        return pid > 0 && pid != executed.pid() ? pid == firstProcess.id() : freezer.mayContain(executed.pid());
    }

    /** The same container with other metadata. */
    ServedContainer withMetadata(String metadata) {
        ContainerProcessState other =
                new ContainerProcessState(state.ociVersion(), state.pid(), metadata, state.container(), state.user());
        return new ServedContainer(other, owner, userNamespace, mountNamespace, firstProcess, freezer, home);
    }

    /** The same container, with the state of another of its processes. */
    ServedContainer with(ContainerProcessState executed) {
        return new ServedContainer(
                state(executed, firstProcess.id()),
                owner,
                userNamespace,
                mountNamespace,
                firstProcess,
                freezer.ofOtherListener(),
                home);
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
