package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.mount.MountOptionList;
import io.github.seccompagent.linux.mount.NewMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which options a granted mount may have. The agent's privileges would make dangerous ones possible. */
final class MountOptions {
    /**
     * The harmless options of the types that are built outside of the container. These types may have no others. For
     * example, pidns= of a proc can name any pid namespace that its builder sees, such as the host's.
     */
    private static final Map<String, Set<String>> ALLOWED =
            Map.of("proc", Set.of("hidepid", "gid", "subset"), "sysfs", Set.of());

    /** The labels of an LSM: context= and others of SELinux, and those of Smack. No container may choose a label. */
    private static final List<String> LABELS =
            List.of("context", "fscontext", "defcontext", "rootcontext", "seclabel", "smack");

    /**
     * Options that name a descriptor of the caller. The kernel would take the number for one of the worker's
     * descriptors. Only fd is exchanged for the caller's.
     */
    private static final Set<String> DESCRIPTORS = Set.of("fd", "rfdno", "wfdno");

    /** Filesystems whose image may say that an error stops the machine. */
    private static final Set<String> IMAGE_DECIDES = Set.of("ext2", "ext3", "ext4");

    private static final String ON_ERROR = "errors=";
    private static final String PANIC = "panic";

    /** The types of GFS2. One of its debugging options makes each error an oops. */
    private static final Set<String> OF_GFS2 = Set.of("gfs2", "gfs2meta");

    /**
     * Filesystems that open more devices than the one that they are mounted from: devices that their image names, or
     * that the host knows to belong to it. The kernel does not ask whether the caller may open those.
     */
    private static final Set<String> OPEN_MORE = Set.of("bcachefs", "btrfs", "erofs", "f2fs", "ubifs", "zfs");

    private MountOptions() {}

    /**
     * Makes sure that all options are harmless.
     *
     * @param inUserNamespace whether the caller's ids differ from the agent's; the gid option of a proc would mean
     *     another group then
     * @throws ErrnoException EINVAL for an option that the type may not have or that names a descriptor; EPERM for a
     *     label, a panic or another device, and for a type that opens other devices by itself
     */
    static void requireHarmless(String type, @Nullable TargetString options, boolean inUserNamespace) {
        Set<String> allowed = ALLOWED.get(type);
        if (OPEN_MORE.contains(MountCalls.base(type))) {
            throw new ErrnoException(Errno.EPERM, "a mount of " + type + ", which opens other devices");
        }
        for (String option : MountOptionList.of(type, options)) {
            String name = option.split("=", 2)[0];
            if (stopsMachine(type, option)) {
                throw new ErrnoException(Errno.EPERM, "an option of a mount by which an error stops the machine");
            }
            if (namesDevice(option)) {
                throw new ErrnoException(Errno.EPERM, "another device among the options of a mount");
            }
            if (LABELS.stream().anyMatch(name::startsWith)) {
                throw new ErrnoException(Errno.EPERM, "a label among the options of a mount");
            }
            if (DESCRIPTORS.contains(name) && !(isFuse(type) && NewMount.isDescriptor(option))) {
                throw new ErrnoException(Errno.EINVAL, "a descriptor among the options of a mount");
            }
            boolean othersGroup = inUserNamespace && type.equals("proc") && name.equals("gid");
            if (allowed != null && !name.isEmpty() && (!allowed.contains(name) || othersGroup)) {
                throw new ErrnoException(Errno.EINVAL, "an option of a mount of " + type);
            }
        }
    }

    /**
     * The name of the option does not matter: errors=, fatal_errors=, onerror=. No filesystem has an option that means
     * something else by this value, or that has it in its name.
     */
    private static boolean stopsMachine(String type, String option) {
        String[] parts = option.toLowerCase(Locale.ROOT).split("=", 2);
        return parts[0].contains(PANIC)
                || (parts.length == 2 && parts[1].strip().equals(PANIC))
                || (OF_GFS2.contains(type) && parts[0].strip().equals("debug"));
    }

    /**
     * Whether an option names a device: device=, jdev=, logdev=, rtdev=, journal_dev= and journal_path=. The kernel
     * opens that device with the agent's privileges.
     */
    private static boolean namesDevice(String option) {
        String[] parts = option.toLowerCase(Locale.ROOT).split("=", 2);
        return parts.length == 2 && (parts[0].contains("dev") || parts[0].contains("journal_path"));
    }

    private static boolean isFuse(String type) {
        String base = MountCalls.base(type);
        return base.equals("fuse") || base.equals("fuseblk");
    }

    /** The options, with an explicit reaction to errors where otherwise the image would decide it. */
    static @Nullable TargetString withoutPanic(String type, @Nullable TargetString options) {
        List<String> given = MountOptionList.of(type, options);
        if (!IMAGE_DECIDES.contains(type) || given.stream().anyMatch(option -> option.startsWith(ON_ERROR))) {
            return options;
        }
        List<String> safe = new ArrayList<>(given);
        safe.add(ON_ERROR + "remount-ro");
        return MountOptionList.join(safe);
    }
}
