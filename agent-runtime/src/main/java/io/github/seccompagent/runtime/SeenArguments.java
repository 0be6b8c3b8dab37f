package io.github.seccompagent.runtime;

import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.syscall.Argument;
import io.github.seccompagent.linux.syscall.ArgumentLayout;
import io.github.seccompagent.linux.syscall.ArgumentValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What others may see of a call's arguments: numbers, and those texts that are paths or names and that the handler has
 * read already. Reading more could wait for the container.
 */
final class SeenArguments {
    static final int LONGEST_TEXT = 256;

    private static final int REGISTERS = 6;
    private static final int MOUNT_SOURCE = 0;

    /** Those families whose first member has a path and numbers, and how many arguments these are. */
    private static final Map<String, Integer> PLAIN = Map.of("mkdir", 2, "rmdir", 1, "mknod", 3);

    /** Arguments that are no paths, and that are no secrets. The options of a mount and values of xattrs may be. */
    private static final Map<String, Set<Integer>> TEXTS = Map.of(
            "symlink", Set.of(0), "setxattr", Set.of(1), "removexattr", Set.of(1), "mount", Set.of(MOUNT_SOURCE, 2));

    /** The source of a network file system may hold a password. */
    private static final Pattern OPEN_SOURCE = Pattern.compile("/|/[^/].*|[A-Za-z0-9_.-]{0,64}", Pattern.DOTALL);

    private SeenArguments() {}

    /** @param read what was read of an argument; null if nothing was */
    static List<SeenCall.Argument> of(
            ArgumentLayout layout, Notification notification, IntFunction<@Nullable TargetString> read) {
        int count = layout.arguments().isEmpty()
                ? PLAIN.getOrDefault(layout.family(), REGISTERS)
                : layout.arguments().size();
        List<SeenCall.Argument> seen = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Argument argument = layout.argument(i);
            seen.add(new SeenCall.Argument(
                    value(argument, notification),
                    isOpen(layout, i) ? text(layout.family(), i, read.apply(i)) : null,
                    directory(argument, notification),
                    argument instanceof Argument.Constant));
        }
        return seen;
    }

    private static long value(Argument argument, Notification notification) {
        return argument instanceof Argument.Field field
                ? notification.argument(field.pointerRegister())
                : ArgumentValue.of(argument, notification);
    }

    /** Whether an argument is a path. */
    static boolean isPath(ArgumentLayout layout, int index) {
        Argument argument = layout.argument(index);
        return index == 0 && layout.arguments().isEmpty() && PLAIN.containsKey(layout.family())
                || argument instanceof Argument.Path
                || argument instanceof Argument.OptionalPath;
    }

    private static boolean isOpen(ArgumentLayout layout, int index) {
        return isPath(layout, index)
                || TEXTS.getOrDefault(layout.family(), Set.of()).contains(index);
    }

    /** The beginning of the text. Whoever watches keeps many of them. */
    static @Nullable String text(String family, int index, @Nullable TargetString read) {
        if (read == null) {
            return null;
        }
        boolean hidden = family.equals("mount")
                && index == MOUNT_SOURCE
                && !OPEN_SOURCE.matcher(read.toString()).matches();
        return hidden ? null : shortened(read);
    }

    static String shortened(TargetString text) {
        return text.length() <= LONGEST_TEXT
                ? shortened(text.toString())
                : shortened(TargetString.of(Arrays.copyOf(text.bytes(), LONGEST_TEXT)) + "...");
    }

    static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    private static OptionalInt directory(Argument argument, Notification notification) {
        int register = Argument.NO_DIRECTORY;
        if (argument instanceof Argument.Path path) {
            register = path.directoryRegister();
        } else if (argument instanceof Argument.OptionalPath path) {
            register = path.directoryRegister();
        } else if (argument instanceof Argument.OpenFile file) {
            register = file.register();
        }
        return register == Argument.NO_DIRECTORY
                ? OptionalInt.empty()
                : OptionalInt.of((int) notification.argument(register));
    }
}
