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

/** What may stand in the options of a mount that is granted: the agent's privileges would make more possible. */
final class MountOptions {
    /**
     * Of those that are built outside of the container nothing but what is known to be harmless. The option pidns= of a
     * proc, for one, can name any pid namespace that whoever builds it sees: the host's.
     */
    private static final Map<String, Set<String>> ALLOWED =
            Map.of("proc", Set.of("hidepid", "gid", "subset"), "sysfs", Set.of());

    /** The labels of an LSM, which no container may choose: context= and others of SELinux, and those of Smack. */
    private static final List<String> LABELS =
            List.of("context", "fscontext", "defcontext", "rootcontext", "seclabel", "smack");

    /**
     * Descriptors of the caller's, which would be taken for the worker's. Only fd is exchanged for the caller's.
     */
    private static final Set<String> DESCRIPTORS = Set.of("fd", "rfdno", "wfdno");

    /** Filesystems whose image may say that an error in it stops the machine. */
    private static final Set<String> IMAGE_DECIDES = Set.of("ext2", "ext3", "ext4");

    private static final String ON_ERROR = "errors=";
    private static final String PANIC = "panic";

    /** Those of GFS2, where an option for those who look for errors makes each of them an oops. */
    private static final Set<String> OF_GFS2 = Set.of("gfs2", "gfs2meta");

    /**
     * Filesystems that open more than the device that they are mounted from: what their image names, or what the host knows
     * to belong to it. Whether the caller might open that, nobody asks.
     */
    private static final Set<String> OPEN_MORE = Set.of("bcachefs", "btrfs", "erofs", "f2fs", "ubifs", "zfs");

    private MountOptions() {}

    /**
     * Makes sure that there is nothing else.
     *
     * @param inUserNamespace whether the caller's ids are not the agent's: then a proc's gid would be another group
     * @throws ErrnoException EINVAL for one that the type is not granted or that is a descriptor; EPERM for a label, a panic
     *     or another device, and for a type that opens others by itself
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
     * Whatever the option is called: errors=, fatal_errors=, onerror=. No filesystem has one that means something else by
     * this value, or has it in its name.
     */
    private static boolean stopsMachine(String type, String option) {
        String[] parts = option.toLowerCase(Locale.ROOT).split("=", 2);
        return parts[0].contains(PANIC)
                || (parts.length == 2 && parts[1].strip().equals(PANIC))
                || (OF_GFS2.contains(type) && parts[0].strip().equals("debug"));
    }

    /** As device=, jdev=, logdev=, rtdev=, journal_dev= and journal_path= do, which the kernel opens for the agent. */
    private static boolean namesDevice(String option) {
        String[] parts = option.toLowerCase(Locale.ROOT).split("=", 2);
        return parts.length == 2 && (parts[0].contains("dev") || parts[0].contains("journal_path"));
    }

    private static boolean isFuse(String type) {
        String base = MountCalls.base(type);
        return base.equals("fuse") || base.equals("fuseblk");
    }

    /** The options with what an error does, where else the image would say it. */
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
