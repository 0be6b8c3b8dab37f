package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;

/**
 * A mount namespace, mount_namespaces(7).
 *
 * @param name its name, which a later namespace may get when this one is gone; empty if unknown
 * @param id its id, which no later namespace gets, NS_GET_MNTNS_ID of ioctl_nsfs(2); 0 before Linux 6.11
 */
public record MountNamespace(String name, long id) {
    /** One that cannot be told. No process is in it. */
    public static final MountNamespace UNKNOWN = new MountNamespace("", 0);

    private static final long NS_GET_MNTNS_ID = 0x8008b705L;
    private static final int O_RDONLY = 0;

    /** The id of an open namespace. No later namespace gets the same id. 0 if the kernel gives none. */
    public static long idOf(Fd namespace) {
        NativeBuffer id = new NativeBuffer(Long.BYTES);
        return LibC.ioctl(namespace.number(), NS_GET_MNTNS_ID, id.address()) < 0 ? 0 : id.getLong(0);
    }

    /**
     * The namespace of a container. A process without privileges can leave it for one that it makes itself, and is the
     * owner of that. So it only counts if its owner is the container's user namespace, or the agent's.
     *
     * @param firstProcess if it is alive afterwards, the namespace is its own
     * @param userNamespace the name of the container's own user namespace; empty if unknown
     * @throws ErrnoException if the process is gone
     */
    public static MountNamespace ofContainer(KnownProcess firstProcess, String userNamespace) {
        return of(firstProcess.id(), userNamespace);
    }

    /** The namespace of a process that is in no container; unknown if it has a user namespace of its own. */
    public static MountNamespace ofHost(int process) {
        try {
            return of(process, "");
        } catch (ErrnoException e) { // the agent may not look
            return UNKNOWN;
        }
    }

    private static MountNamespace of(int process, String userNamespace) {
        try (Fd namespace = Fd.open("/proc/" + process + "/ns/mnt", O_RDONLY)) {
            String owner = UserNamespace.nameOfOwner(namespace);
            return owner.equals(userNamespace) || UserNamespace.isOwn(owner)
                    ? new MountNamespace(ProcFile.readLink("/proc/self/fd/" + namespace.number()), idOf(namespace))
                    : UNKNOWN;
        }
    }

    /** Whether it is known. */
    public boolean isKnown() {
        return !name.isEmpty();
    }

    /**
     * Whether a process is in it, and sees it from its root.
     *
     * @param userNamespace as for {@link #ofContainer}: another namespace of the same name has another owner
     * @throws ErrnoException ENOENT or ESRCH if the process is gone
     */
    public boolean isSeenBy(int process, String userNamespace) {
        return isKnown()
                && of(process, userNamespace).equals(this)
                && ProcFile.readLink("/proc/" + process + "/root").equals("/");
    }
}
