package io.github.seccompagent.linux;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/** The mounts that a process sees, proc_pid_mountinfo(5). */
public final class MountInfo {
    private static final int DEVICE_FIELD = 2;

    private MountInfo() {}

    /**
     * The devices of what is mounted, as {@link FileIdentity#device} has them.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or EINVAL if the process is gone
     */
    public static Set<Long> devicesOf(int pid) {
        return new String(ProcFile.read("/proc/" + pid + "/mountinfo"), StandardCharsets.ISO_8859_1)
                .lines()
                .map(line -> deviceOf(line.split(" ")[DEVICE_FIELD]))
                .collect(Collectors.toSet());
    }

    private static long deviceOf(String majorAndMinor) {
        int colon = majorAndMinor.indexOf(':');
        return Long.parseLong(majorAndMinor.substring(0, colon)) << 32
                | Long.parseLong(majorAndMinor.substring(colon + 1));
    }
}
