package io.github.seccompagent.linux.cgroup;

import io.github.seccompagent.api.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * How many more processes a cgroup may have. A worker counts in the cgroup of version 2 that it has joined, as long as
 * it is there. It joins no cgroup of version 1 that limits processes.
 */
public final class ProcessRoom {
    private ProcessRoom() {}

    /**
     * Whether so many more processes have room in the cgroup of a process, and in all those above.
     *
     * @return false if that cannot be told
     */
    public static boolean isThere(int process, long processes) {
        try {
            String cgroup = Cgroups.of(process).getOrDefault(CgroupMount.UNIFIED, "/");
            while (cgroup.lastIndexOf('/') >= 0 && cgroup.length() > 1) {
                if (!hasRoom(cgroup, processes)) {
                    return false;
                }
                cgroup = cgroup.substring(0, cgroup.lastIndexOf('/'));
            }
            return true;
        } catch (ErrnoException | IOException | NumberFormatException e) {
            return false;
        }
    }

    private static boolean hasRoom(String cgroup, long processes) throws IOException {
        Path folder = Cgroups.mountOf(CgroupMount.UNIFIED, cgroup).folderOf(cgroup);
        try {
            String most = Files.readString(folder.resolve("pids.max")).strip();
            return most.equals("max")
                    || Long.parseLong(Files.readString(folder.resolve("pids.current"))
                                            .strip())
                                    + processes
                            <= Long.parseLong(most);
        } catch (NoSuchFileException unlimited) {
            return true;
        }
    }
}
