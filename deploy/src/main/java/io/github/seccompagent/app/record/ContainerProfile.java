package io.github.seccompagent.app.record;

import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The profile that has the agent's resolver {@code record} record a container. */
public final class ContainerProfile {
    private static final int NUMBERS = 500; // past the last call of every architecture

    private record Profile(
            String defaultAction,
            List<String> architectures,
            String listenerPath,
            String listenerMetadata,
            List<Rule> syscalls) {}

    private record Rule(Set<String> names, String action) {}

    private ContainerProfile() {}

    /**
     * The text of its file. It allows everything, and notifies all calls that may be notified.
     *
     * @param name under which the container is recorded
     * @throws io.github.seccompagent.app.report.UsageException if the name is not allowed
     */
    public static String json(String name, String socket) {
        RecordName.require(name);
        Set<String> notified = new TreeSet<>();
        List<String> architectures = new ArrayList<>();
        for (Architecture architecture : ofThisMachine()) {
            architectures.add(OciNames.of(architecture));
            int bit = architecture == Architecture.X32 ? Architecture.X32_SYSCALL_BIT : 0;
            for (int number = 0; number < NUMBERS; number++) {
                notified.add(SyscallTable.syscallOf(architecture, number | bit).name());
            }
        }
        notified.removeIf(each -> each.startsWith(SyscallTable.UNKNOWN));
        QuietCalls.OF_CONTAINERS.forEach(notified::remove);
        return Report.json(new Profile(
                        "SCMP_ACT_ALLOW",
                        architectures,
                        socket,
                        "RECORD=" + name,
                        List.of(new Rule(notified, "SCMP_ACT_NOTIFY"))))
                + "\n";
    }

    private static List<Architecture> ofThisMachine() {
        return Architecture.ofThisMachine() == Architecture.AARCH64
                ? List.of(Architecture.AARCH64)
                : List.of(Architecture.X86_64, Architecture.X32, Architecture.I386);
    }
}
