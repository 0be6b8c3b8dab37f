package io.github.seccompagent.linux.process;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.libc.LibC;

/** pid_namespaces(7), seen from the agent's own namespace. */
public final class PidNamespace {
    private static final int O_RDONLY = 0;
    private static final long NS_GET_PARENT = 0xb702; // ioctl_ns(2)
    private static final String OWN = of("self");

    private PidNamespace() {}

    /**
     * The name of a process's pid namespace.
     *
     * @param process the id of the process, or "self"
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    public static String of(String process) {
        return ProcFile.readLink("/proc/" + process + "/ns/pid");
    }

    /** Whether a name is that of the agent's own namespace. */
    public static boolean isOwn(String name) {
        return OWN.equals(name);
    }

    /**
     * Whether a thread lives in the namespace with a name, or in one below it.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    public static boolean isIn(int threadId, String name) {
        return isIn(Fd.open("/proc/" + threadId + "/ns/pid", O_RDONLY), name);
    }

    private static boolean isIn(Fd opened, String name) {
        try (Fd namespace = opened) {
            if (ProcFile.readLink("/proc/self/fd/" + namespace.number()).equals(name)) {
                return true;
            }
            int parent = LibC.ioctl(namespace.number(), NS_GET_PARENT, 0);
            return parent >= 0 && isIn(new Fd(parent), name); // no parent: it is not below that namespace
        }
    }
}
