package io.github.seccompagent.linux.mount;

import io.github.seccompagent.api.TargetString;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mount of a new filesystem.
 *
 * @param attributes MOUNT_ATTR_*, fsmount(2)
 * @param superblockFlags the MS_* flags that belong to the superblock
 * @param options the options, which may hold a password
 * @param covers the paths in it that are masked or made read-only
 * @param mayOpenDevice whether the source may be a device node; the caller must be able to open it itself
 * @param byAgent whether it is made with the agent's privileges, because a user namespace may not mount its type
 */
public record NewMount(
        String type,
        @Nullable TargetString source,
        @Nullable TargetString options,
        long attributes,
        long superblockFlags,
        List<Cover> covers,
        boolean mayOpenDevice,
        boolean byAgent) {
    /** Numbers as the kernel reads them: octal after a zero, hexadecimal after 0x. */
    private static final Pattern FD_OPTION =
            Pattern.compile("fd=(\\+?(?:0[0-7]{0,9}|0[xX][0-9a-fA-F]{1,7}|[1-9][0-9]{0,8}))");

    /** What happens to a path. */
    public enum CoverKind {
        MASKED,
        READ_ONLY
    }

    /** A path below the mount, without a leading slash. A path that does not exist is left out. */
    public record Cover(CoverKind kind, String path) {}

    /** The same mount, made with the agent's privileges. */
    public NewMount madeByAgent() {
        return madeBy(true);
    }

    /** The same mount, made with the caller's privileges. */
    public NewMount madeByCaller() {
        return madeBy(false);
    }

    private NewMount madeBy(boolean agent) {
        return new NewMount(type, source, options, attributes, superblockFlags, covers, mayOpenDevice, agent);
    }

    /** The caller's descriptor that the options name, as the options of FUSE do. */
    public OptionalInt optionDescriptor() {
        return MountOptionList.of(type, options).stream()
                .map(FD_OPTION::matcher)
                .filter(Matcher::matches)
                .mapToInt(option -> Integer.decode(option.group(1)))
                .reduce((first, last) -> last);
    }

    /** Whether an option names a descriptor of the caller in a form that the agent understands. */
    public static boolean isDescriptor(String option) {
        return FD_OPTION.matcher(option).matches();
    }

    /** For logs, so it leaves the options out. */
    @Override
    public String toString() {
        return "mount of " + type;
    }
}
