package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.NewMount.Cover;
import io.github.seccompagent.linux.NewMount.CoverKind;
import java.util.List;
import java.util.stream.Stream;

/** What container runtimes mask and make read-only in a container's /proc, without which its root could take the host. */
final class ProcCovers {
    static final List<Cover> LIKE_A_RUNTIME = Stream.concat(
                    Stream.of(
                                    "acpi",
                                    "asound",
                                    "interrupts",
                                    "kcore",
                                    "keys",
                                    "latency_stats",
                                    "sched_debug",
                                    "scsi",
                                    "timer_list",
                                    "timer_stats")
                            .map(path -> new Cover(CoverKind.MASKED, path)),
                    Stream.of("bus", "fs", "irq", "sys", "sysrq-trigger")
                            .map(path -> new Cover(CoverKind.READ_ONLY, path)))
            .toList();

    private ProcCovers() {}
}
