package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.util.Map;

/**
 * The cgroup of a container, with which all its processes are frozen. It is looked up while the container is being started:
 * later its first thread can have ended, and then has no cgroup any more, or can have moved to a cgroup of its own making.
 * Safe for use by several threads.
 */
public final class FreezableCgroup {
    private final KnownProcess firstProcess;
    private final String controller;
    private final String path;

    private FreezableCgroup(KnownProcess firstProcess, String controller, String path) {
        this.firstProcess = firstProcess;
        this.controller = controller;
        this.path = path;
    }

    /**
     * Looks it up.
     *
     * @throws ErrnoException EPERM if the container has none to itself, so that others would be frozen too: the root, that of
     *     the runtime that starts it, or one that the agent is in; ESRCH or ENOENT if its first process is gone
     */
    public static FreezableCgroup of(KnownProcess firstProcess) {
        Map<String, String> cgroups = Cgroups.of(firstProcess.id());
        int parent = ThreadStat.of(firstProcess.id()).parent();
        firstProcess.requireAlive();
        // Where both versions are mounted, containers are told apart by one of them only.
        String controller = isRoot(cgroups, CgroupMount.FREEZER) ? CgroupMount.UNIFIED : CgroupMount.FREEZER;
        String path = cgroups.getOrDefault(controller, "/");
        if (isRoot(cgroups, controller)
                || Cgroups.haveAgent(controller, path)
                || parent != 0 && path.equals(Cgroups.of(parent).get(controller))) {
            throw new ErrnoException(Errno.EPERM, "it has no cgroup to itself, but is in " + path);
        }
        return new FreezableCgroup(firstProcess, controller, path);
    }

    private static boolean isRoot(Map<String, String> cgroups, String controller) {
        return cgroups.getOrDefault(controller, "/").equals("/");
    }

    /**
     * Whether a process is in it, or below.
     *
     * @throws ErrnoException ENOENT or ESRCH if the process is gone
     */
    public boolean has(int process) {
        return Cgroups.isIn(Cgroups.of(process).getOrDefault(controller, ""), path);
    }

    /**
     * Freezes all processes in it, and below.
     *
     * @throws ErrnoException ESRCH if the container's first process is gone, EXDEV if the agent does not see the cgroup,
     *     otherwise as open(2) and write(2)
     */
    public void freeze() {
        boolean unified = controller.equals(CgroupMount.UNIFIED);
        CgroupMount mount = Cgroups.mountOf(controller, path);
        try (Fd file = mount.openFile(path, unified ? "cgroup.freeze" : "freezer.state")) {
            firstProcess.requireAlive(); // while it lives, nobody else has a cgroup of that name
            byte[] frozen = (unified ? "1" : "FROZEN").getBytes(CgroupMount.BYTES);
            if (LibC.write(file.number(), frozen, frozen.length) != frozen.length) {
                throw LibC.failure("freezing the cgroup " + path);
            }
        }
    }
}
