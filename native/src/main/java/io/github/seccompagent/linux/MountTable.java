package io.github.seccompagent.linux;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a process sees mounted, proc_pid_mountinfo(5).
 *
 * @param ids those of the first column, which the kernel gives again
 * @param devices as {@link FileIdentity#device} has them
 */
public record MountTable(Set<Long> ids, Set<Long> devices) {
    private static final long FIRST_UNIQUE_ID = 1L << 31; // the others are ints

    /**
     * Reads that of a process.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or EINVAL if the process is gone
     */
    public static MountTable of(int pid) {
        List<String[]> lines = new String(ProcFile.read("/proc/" + pid + "/mountinfo"), StandardCharsets.ISO_8859_1)
                .lines()
                .map(line -> line.split(" ", 4))
                .toList();
        return new MountTable(
                lines.stream().map(line -> Long.parseLong(line[0])).collect(Collectors.toSet()),
                lines.stream().map(line -> device(line[2])).collect(Collectors.toSet()));
    }

    private static long device(String majorAndMinor) {
        String[] numbers = majorAndMinor.split(":");
        return Long.parseLong(numbers[0]) << 32 | Long.parseLong(numbers[1]);
    }

    /** Whether an id is one that no later mount gets. */
    public static boolean isUnique(long id) {
        return id >= FIRST_UNIQUE_ID;
    }

    /** Whether a mount may be among them. Of one with a unique id, which the table does not have, only the device is known. */
    public boolean mayHave(GrantedMount mount) {
        return isUnique(mount.id()) ? devices.contains(mount.device()) : ids.contains(mount.id());
    }
}
