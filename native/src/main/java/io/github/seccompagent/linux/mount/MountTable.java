package io.github.seccompagent.linux.mount;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.ProcLines;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of some mounts a process sees, proc_pid_mountinfo(5).
 *
 * @param ids the ids of the first column, which the kernel uses again for later mounts
 * @param devices the devices in the form of {@code FileIdentity.device}
 */
public record MountTable(Set<Long> ids, Set<Long> devices) {
    private static final Pattern LINE = Pattern.compile("([0-9]{1,10}) [0-9]{1,10} ([0-9]{1,10}):([0-9]{1,10}) ");
    private static final int LONGEST = 64; // nothing after the device matters
    private static final long MOST = 64L << 20;
    private static final long FIRST_UNIQUE_ID = 1L << 31; // the others are ints

    /**
     * Reads what the table of a process says about some mounts. A process can have a hundred thousand other mounts,
     * with long paths.
     *
     * @throws ErrnoException ENOENT or EINVAL if the process is gone; EIO if the table is too long to look through
     */
    public static MountTable of(int pid, Collection<GrantedMount> mounts) {
        try (ProcFile file = ProcFile.open("/proc/" + pid + "/mountinfo")) {
            return of(file::read, mounts);
        }
    }

    static MountTable of(ToIntFunction<byte[]> source, Collection<GrantedMount> mounts) {
        Set<Long> wantedIds = new HashSet<>();
        Set<Long> wantedDevices = new HashSet<>();
        mounts.forEach(mount -> {
            wantedIds.add(mount.id());
            wantedDevices.add(mount.device());
        });
        MountTable table = new MountTable(new HashSet<>(), new HashSet<>());
        ProcLines.read("mountinfo", source, LONGEST, MOST, line -> {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.lookingAt()) {
                throw new ErrnoException(Errno.EIO, "a line of mountinfo");
            }
            long id = Long.parseLong(matcher.group(1));
            long device = Long.parseLong(matcher.group(2)) << 32 | Long.parseLong(matcher.group(3));
            if (wantedIds.contains(id)) {
                table.ids.add(id);
            }
            if (wantedDevices.contains(device)) {
                table.devices.add(device);
            }
            return true;
        });
        return table;
    }

    /** Whether no later mount gets this id. */
    public static boolean isUnique(long id) {
        return id >= FIRST_UNIQUE_ID;
    }

    /**
     * Whether a mount may be in the table. The table does not hold unique ids, so for a mount with such an id only the
     * device is compared.
     */
    public boolean mayHave(GrantedMount mount) {
        return isUnique(mount.id()) ? devices.contains(mount.device()) : ids.contains(mount.id());
    }
}
