package io.github.seccompagent.linux.cgroup;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.libc.LibC;
import java.util.Optional;

/**
 * cgroup_namespaces(7). In a container the agent may have a cgroup namespace of its own, and the cgroups of others lie
 * outside of it. So threads look for cgroups from the namespace of process 1, if they may.
 */
final class CgroupNamespace {
    private static final int CLONE_NEWCGROUP = 0x02000000;
    private static final int O_RDONLY = 0;
    private static final String INIT = "/proc/1/ns/cgroup";

    private static final Optional<Fd> TO_ENTER = ofInit();
    private static final ThreadLocal<Boolean> ENTERED = ThreadLocal.withInitial(() -> false);

    private CgroupNamespace() {}

    /**
     * Moves only the calling thread into that namespace. What it then reads in /proc has the cgroups' names of that
     * namespace. It can write to the files that it opens as a process there could.
     *
     * @throws ErrnoException as setns(2), except EPERM
     */
    static void enter() {
        if (TO_ENTER.isEmpty() || ENTERED.get()) {
            return;
        }
        if (LibC.setns(TO_ENTER.get().number(), CLONE_NEWCGROUP) < 0 && LibC.errno() != Errno.EPERM.number()) {
            throw LibC.failure("setns to the cgroup namespace of process 1");
        }
        ENTERED.set(true);
    }

    private static Optional<Fd> ofInit() {
        try {
            return ProcFile.readLink(INIT).equals(ProcFile.readLink("/proc/self/ns/cgroup"))
                    ? Optional.empty()
                    : Optional.of(Fd.open(INIT, O_RDONLY));
        } catch (ErrnoException e) {
            return Optional.empty(); // process 1 may not be looked at, or the kernel has no such namespaces
        }
    }
}
