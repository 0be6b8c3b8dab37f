package io.github.seccompagent.linux.cgroup;

import io.github.seccompagent.linux.fd.ProcLines;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mount: a line of proc_pid_mountinfo(5).
 *
 * @param device the device of its filesystem, as "MAJOR:MINOR"
 * @param root the part of its filesystem that is mounted
 * @param options the options of the mount
 * @param superOptions the options of the filesystem
 */
public record MountInfo(
        String device, String root, String mountPoint, Set<String> options, String type, Set<String> superOptions) {
    private static final int LONGEST = 64 << 10; // two paths with every character escaped, and some more
    private static final long MOST = 64L << 20; // the host may run a thousand containers
    private static final int MOST_WANTED = 1000;
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    /** The wanted mounts of a mountinfo file, without those that a later mount at the same place covers. */
    static List<MountInfo> read(ToIntFunction<byte[]> source, Predicate<MountInfo> wanted) {
        Map<String, MountInfo> uppermost = new LinkedHashMap<>();
        ProcLines.read("mountinfo", source, LONGEST, MOST, line -> {
            Optional<MountInfo> mount = parse(line);
            mount.ifPresent(info -> uppermost.remove(info.mountPoint));
            mount.filter(wanted).ifPresent(info -> uppermost.put(info.mountPoint, info));
            return uppermost.size() < MOST_WANTED;
        });
        return List.copyOf(uppermost.values());
    }

    private static Optional<MountInfo> parse(String line) {
        int separator = line.indexOf(" - ");
        if (separator < 0) {
            return Optional.empty();
        }
        String[] mount = line.substring(0, separator).split(" ");
        String[] filesystem = line.substring(separator + 3).split(" ");
        if (mount.length < 6 || filesystem.length < 3) {
            return Optional.empty();
        }
        return Optional.of(new MountInfo(
                mount[2],
                unescape(mount[3]),
                unescape(mount[4]),
                new HashSet<>(Arrays.asList(mount[5].split(","))),
                filesystem[0],
                new HashSet<>(Arrays.asList(filesystem[2].split(",")))));
    }

    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        return ESCAPE.matcher(field).replaceAll(escape -> {
            char character = (char) Integer.parseInt(escape.group(1), 8);
            return Matcher.quoteReplacement(Character.toString(character));
        });
    }

    boolean isReadOnly() {
        return options.contains("ro") || superOptions.contains("ro");
    }
}
