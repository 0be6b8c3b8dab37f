package io.github.seccompagent.linux.mount;

import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.mount.NewMount.Cover;
import io.github.seccompagent.linux.mount.NewMount.CoverKind;
import java.io.ByteArrayOutputStream;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;

/**
 * What container runtimes mask and make read-only. Without these covers a container's root could take over the host.
 */
public final class Covers {
    private static final List<Cover> OF_PROC = Stream.concat(
                    masked(
                            "acpi",
                            "asound",
                            "interrupts",
                            "kcore",
                            "keys",
                            "latency_stats",
                            "sched_debug",
                            "scsi",
                            "timer_list",
                            "timer_stats"),
                    Stream.of("bus", "fs", "irq", "sys", "sysrq-trigger")
                            .map(path -> new Cover(CoverKind.READ_ONLY, path)))
            .toList();

    private static final List<Cover> OF_SYSFS =
            masked("firmware", "devices/virtual/powercap").toList();

    /** Those of each mount are encoded several times. */
    private static final IdentityHashMap<List<Cover>, byte[]> ENCODED = new IdentityHashMap<>();

    static {
        for (List<Cover> covers : List.of(OF_PROC, OF_SYSFS)) {
            ENCODED.put(covers, encoded(covers, ""));
        }
    }

    private Covers() {}

    /** The covers of a new filesystem of a type. A sysfs is also read-only as a whole, like a runtime's own. */
    public static List<Cover> of(String type) {
        return switch (type) {
            case "proc" -> OF_PROC;
            case "sysfs" -> OF_SYSFS;
            default -> List.of();
        };
    }

    /** The same for a filesystem of its own. Nobody changes the bytes. */
    public static byte[] encoded(List<Cover> covers) {
        byte[] known = ENCODED.get(covers);
        return known == null ? encoded(covers, "") : known;
    }

    /** Encodes covers for the helper. Each begins with the letter of its kind and ends with a NUL. */
    public static byte[] encoded(List<Cover> covers, String folder) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Cover cover : covers) {
            bytes.write(cover.kind() == CoverKind.MASKED ? 'm' : 'r');
            bytes.writeBytes(LibC.string(folder + cover.path()));
        }
        return bytes.toByteArray();
    }

    private static Stream<Cover> masked(String... paths) {
        return Stream.of(paths).map(path -> new Cover(CoverKind.MASKED, path));
    }
}
