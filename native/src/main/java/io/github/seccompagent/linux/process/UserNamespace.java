package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.ProcLines;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.function.ToIntFunction;

/** user_namespaces(7), seen from the agent's own namespace. */
public final class UserNamespace {
    private static final int LONGEST_OF_MAP = 64;
    private static final int MOST_OF_MAP = 64 << 10; // 340 lines at most
    private static final int O_RDONLY = 0;
    private static final long NS_GET_USERNS = 0xb701; // ioctl_ns(2)
    private static final long NS_GET_PARENT = 0xb702;
    private static final long NS_GET_OWNER_UID = 0xb704;
    private static final String OWN = ProcFile.readLink("/proc/self/ns/user");

    private UserNamespace() {}

    /** Whether a name is that of the agent's own namespace. */
    public static boolean isOwn(String name) {
        return OWN.equals(name);
    }

    /**
     * The name of the container's own user namespace. The namespace of the first process would not do, because that
     * process may enter one that it made itself, where it is root. But no process changes its pid namespace. That
     * belongs to the user namespace in which the runtime made it. A container in the host's pid namespace has the
     * host's user namespace, or one that cannot be told from its children.
     *
     * @param firstProcess if it is alive afterwards, the name is that of its namespace
     * @throws ErrnoException if the process is gone, EPERM if the namespace is not below the agent's
     */
    public static String ofContainer(KnownProcess firstProcess) {
        try (Fd pids = Fd.open("/proc/" + firstProcess.id() + "/ns/pid", O_RDONLY)) {
            return nameOfOwner(pids);
        }
    }

    /**
     * The name of the user namespace that a namespace belongs to.
     *
     * @throws ErrnoException EPERM if it is not below the agent's
     */
    static String nameOfOwner(Fd namespace) {
        int owner = LibC.ioctl(namespace.number(), NS_GET_USERNS, 0);
        if (owner < 0) {
            throw LibC.failure("ioctl NS_GET_USERNS");
        }
        try (Fd user = new Fd(owner)) {
            return name(user);
        }
    }

    private static String name(Fd namespace) {
        return ProcFile.readLink("/proc/self/fd/" + namespace.number());
    }

    /**
     * Whether a process is in a user namespace that a user made, or in one below it. The user has all capabilities
     * there.
     *
     * @throws ErrnoException ENOENT or ESRCH if it is gone
     */
    public static boolean isBelowUser(int process, int uid) {
        return isBelowUser(Fd.open("/proc/" + process + "/ns/user", O_RDONLY), uid);
    }

    private static boolean isBelowUser(Fd opened, int uid) {
        try (Fd namespace = opened) {
            if (isOwn(name(namespace))) {
                return false;
            }
            if (ownerOf(namespace) == uid) {
                return true;
            }
            int parent = LibC.ioctl(namespace.number(), NS_GET_PARENT, 0);
            return parent >= 0 && isBelowUser(new Fd(parent), uid); // no parent: it is not below the agent's namespace
        }
    }

    private static int ownerOf(Fd namespace) {
        NativeBuffer uid = new NativeBuffer(4);
        if (LibC.ioctl(namespace.number(), NS_GET_OWNER_UID, uid.address()) < 0) {
            throw LibC.failure("ioctl NS_GET_OWNER_UID");
        }
        return uid.getInt(0);
    }

    /**
     * Whether a user is 0 in the user namespace of a thread. The caller of this method checks afterwards that it is
     * still the same thread.
     *
     * @param name that of the namespace
     * @param uid a number of the agent's user namespace
     */
    public static boolean isRoot(String name, int threadId, int uid) {
        if (isOwn(name)) {
            return uid == 0;
        }
        try (ProcFile map = ProcFile.open("/proc/" + threadId + "/uid_map")) {
            return isRoot(map::read, uid);
        }
    }

    /** Each line has the first id inside, the first id in the reader's namespace, and the count. */
    static boolean isRoot(ToIntFunction<byte[]> map, int uid) {
        String root = Integer.toUnsignedString(uid);
        return ProcLines.findFirst("uid_map", map, LONGEST_OF_MAP, MOST_OF_MAP, line -> {
                    String[] range = line.strip().split("\\s+");
                    return range.length == 3 && range[0].equals("0") && range[1].equals(root);
                })
                .isPresent();
    }
}
