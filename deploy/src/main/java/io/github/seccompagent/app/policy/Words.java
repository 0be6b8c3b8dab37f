package io.github.seccompagent.app.policy;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Likely;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Single words of policies. All methods throw an IllegalArgumentException that says what they expect. */
final class Words {
    private static final Pattern DEVICE = Pattern.compile("([0-9]{1,4}):([0-9]{1,7})");
    private static final int MOST_MAJOR = 0xfff;
    private static final int MOST_MINOR = 0xfffff;

    private Words() {}

    static Errno errno(String name) {
        return named(Errno.values(), name, "errno, such as EACCES");
    }

    static Capability capability(String name) {
        return named(Capability.values(), name, "capability, such as CAP_SYS_ADMIN");
    }

    private static <E extends Enum<E>> E named(E[] all, String name, String what) {
        for (E each : all) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        List<String> names = Arrays.stream(all).map(Enum::name).toList();
        String likely = Likely.of(name, names);
        throw new IllegalArgumentException(Findings.quote(name) + " is no "
                + (likely.isEmpty() ? what : what.split(",")[0] + ": perhaps " + likely));
    }

    /** The name of a call or family. */
    static String call(String name) {
        if (!SyscallTable.isName(name)) {
            String likely = Likely.of(name, SyscallTable.names());
            throw new IllegalArgumentException(
                    Findings.quote(name) + " is no call" + (likely.isEmpty() ? "" : ": perhaps " + likely));
        }
        return name;
    }

    /** A number as mknod(2) takes it. */
    static Integer device(String text) {
        Matcher numbers = DEVICE.matcher(text);
        if (numbers.matches()) {
            int major = Integer.parseInt(numbers.group(1));
            int minor = Integer.parseInt(numbers.group(2));
            if (major <= MOST_MAJOR && minor <= MOST_MINOR) {
                return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
            }
        }
        throw new IllegalArgumentException(Findings.quote(text) + " is no number of a device, such as \"1:3\"");
    }

    /** The path of a device node. */
    static String devicePath(String text) {
        boolean isPath = text.startsWith("/dev/")
                && Arrays.stream(text.substring(1).split("/", -1))
                        .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
        if (!isPath) {
            throw new IllegalArgumentException(Findings.quote(text) + " is no path below /dev, such as /dev/fuse");
        }
        return text;
    }

    /** A part of a list in metadata, where commas are between the parts. */
    static String part(String text) {
        if (text.indexOf(',') >= 0) {
            throw new IllegalArgumentException(
                    Findings.quote(text) + " has a comma: write each into quotes of its own");
        }
        return text;
    }
}
