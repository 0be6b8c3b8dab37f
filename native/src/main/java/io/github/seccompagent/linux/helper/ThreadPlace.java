package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.cgroup.Cgroups;
import io.github.seccompagent.linux.fd.MountedFile;
import io.github.seccompagent.linux.fd.ProcFile;
import java.util.List;
import java.util.Optional;

/**
 * Where a thread lives. Two places are equal only if they are the same one, as long as somebody lives at one of them: a
 * namespace or a cgroup that is in use keeps its name.
 *
 * @param namespaces the inodes of its mount, network, IPC, UTS, cgroup and user namespaces
 * @param root its root directory
 * @param cgroups its cgroups, as in proc_pid_cgroup(5)
 */
public record ThreadPlace(List<Long> namespaces, MountedFile root, String cgroups) {
    private static final List<String> NAMESPACES = List.of("mnt", "net", "ipc", "uts", "cgroup", "user");

    /**
     * Looks at a thread. The caller of this method checks afterwards that it is still the same thread.
     *
     * @return empty if it cannot be told
     */
    public static Optional<ThreadPlace> of(int threadId) {
        String folder = "/proc/" + threadId;
        try {
            List<Long> namespaces = NAMESPACES.stream()
                    .map(name -> inode(ProcFile.readLink(folder + "/ns/" + name)))
                    .toList();
            return Optional.of(new ThreadPlace(namespaces, MountedFile.at(folder + "/root"), Cgroups.textOf(threadId)));
        } catch (ErrnoException e) { // it is gone, or lives at a place with a very long name
            return Optional.empty();
        }
    }

    /** A name is like "mnt:[4026531841]". */
    private static long inode(String name) {
        return Long.parseLong(name, name.indexOf('[') + 1, name.length() - 1, 10);
    }
}
