package io.github.seccompagent.linux.cgroup;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;

/**
 * Cgroups of version 2 that a container makes itself, as containers with containers inside do. It gives controllers to
 * them only when no process is left in the cgroup above, and a worker is such a process.
 */
public final class OwnCgroups {
    private OwnCgroups() {}

    /**
     * Whether a process sees a mount through which cgroups can be made, even if it is not permitted to make them.
     *
     * @return true if that cannot be told
     */
    public static boolean mayBeMadeBy(int process) {
        try (ProcFile file = ProcFile.open("/proc/" + process + "/mountinfo")) {
            return !MountInfo.read(file::read, mount -> mount.type().equals("cgroup2") && !mount.isReadOnly())
                    .isEmpty();
        } catch (ErrnoException e) {
            return true;
        }
    }
}
