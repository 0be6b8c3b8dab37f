package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.NewMount.Cover;
import io.github.seccompagent.linux.NewMount.CoverKind;
import java.util.List;
import java.util.stream.Stream;

/** What container runtimes mask and make read-only, without which a container's root could take the host. */
final class Covers {
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

    private Covers() {}

    /** For a new filesystem of a type. A sysfs is read-only as a whole besides, as a runtime's own is. */
    static List<Cover> of(String type) {
        return switch (type) {
            case "proc" -> OF_PROC;
            case "sysfs" -> OF_SYSFS;
            default -> List.of();
        };
    }

    private static Stream<Cover> masked(String... paths) {
        return Stream.of(paths).map(path -> new Cover(CoverKind.MASKED, path));
    }
}
