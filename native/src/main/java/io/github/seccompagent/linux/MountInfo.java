package io.github.seccompagent.linux;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mount, as a line of proc_pid_mountinfo(5) has it.
 *
 * @param device its filesystem's, as "MAJOR:MINOR"
 * @param root the part of its filesystem that is mounted
 * @param options the mount's own
 * @param superOptions the filesystem's
 */
public record MountInfo(
        String device, String root, String mountPoint, Set<String> options, String type, Set<String> superOptions) {
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    /** The mounts of a mountinfo file, but for those that another one on the same place covers. */
    static List<MountInfo> parse(String file) {
        Map<String, MountInfo> uppermost = new LinkedHashMap<>();
        for (String line : file.split("\n")) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ");
            String[] filesystem = halves.length == 2 ? halves[1].split(" ") : new String[0];
            if (mount.length >= 6 && filesystem.length >= 3) {
                MountInfo info = new MountInfo(
                        mount[2],
                        unescape(mount[3]),
                        unescape(mount[4]),
                        Set.of(mount[5].split(",")),
                        filesystem[0],
                        Set.of(filesystem[2].split(",")));
                uppermost.put(info.mountPoint, info);
            }
        }
        return List.copyOf(uppermost.values());
    }

    private static String unescape(String field) {
        return ESCAPE.matcher(field).replaceAll(escape -> {
            char character = (char) Integer.parseInt(escape.group(1), 8);
            return Matcher.quoteReplacement(Character.toString(character));
        });
    }

    boolean isReadOnly() {
        return options.contains("ro") || superOptions.contains("ro");
    }
}
