package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The security modules of the kernel, and what they make of a process. */
final class LsmCheck implements Check {
    private static final Path MODULES = Path.of("/sys/kernel/security/lsm");
    private static final Path APPARMOR = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");
    private static final Path YAMA = Path.of("/proc/sys/kernel/yama/ptrace_scope");
    private static final String FORBIDS = "it forbids mounts and looking into other processes, whatever capabilities"
            + " there are: calls on behalf fail";

    private final String who;
    private final String process;

    /**
     * @param who whose label it is, as the subject of a sentence
     * @param process its name in /proc
     */
    LsmCheck(String who, String process) {
        this.who = who;
        this.process = process;
    }

    @Override
    public List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        findings.add(modules());
        apparmor().ifPresent(findings::add);
        selinux().ifPresent(findings::add);
        yama().ifPresent(findings::add);
        return findings;
    }

    private static Finding modules() {
        return read(MODULES)
                .map(list -> Found.ok("lsm", "the security modules of the kernel are " + list))
                .orElseGet(LsmCheck::withoutList);
    }

    private static Finding withoutList() {
        String which = isAppArmor() ? "AppArmor is on" : isSelinux() ? "SELinux is on" : "no AppArmor, no SELinux";
        return Found.ok("lsm", which + " (the list " + MODULES + " is not visible here)");
    }

    private static boolean isAppArmor() {
        return read(APPARMOR).orElse("N").startsWith("Y");
    }

    private static boolean isSelinux() {
        return Files.exists(SELINUX);
    }

    private Optional<Finding> apparmor() {
        if (!isAppArmor()) {
            return Optional.empty();
        }
        String id = "lsm-apparmor";
        Optional<String> label = label();
        if (label.isEmpty()) {
            return Optional.of(unreadable(id, "AppArmor"));
        }
        boolean enforced = label.get().endsWith("(enforce)");
        return Optional.of(
                enforced
                        ? Found.error(
                                id,
                                who + " is confined by the AppArmor profile " + label.get(),
                                FORBIDS,
                                "run the agent unconfined: appArmorProfile type Unconfined in a pod")
                        : Found.ok(id, who + " has the AppArmor label " + label.get()));
    }

    private Optional<Finding> selinux() {
        Optional<String> enforce = read(SELINUX);
        if (enforce.isEmpty()) {
            return Optional.empty();
        }
        String id = "lsm-selinux";
        Optional<String> label = label();
        if (label.isEmpty()) {
            return Optional.of(unreadable(id, "SELinux"));
        }
        boolean confined = enforce.get().equals("1") && label.get().contains(":container_t");
        return Optional.of(
                confined
                        ? Found.error(
                                id,
                                who + " has the SELinux label " + label.get(),
                                FORBIDS,
                                "run the agent with the type spc_t: seLinuxOptions in a pod")
                        : Found.ok(id, who + " has the SELinux label " + label.get()));
    }

    private Finding unreadable(String id, String module) {
        return Found.unknown(
                id, "the " + module + " label of " + who + " cannot be read", "/proc does not show it", Self.remedy());
    }

    private static Optional<Finding> yama() {
        return read(YAMA)
                .filter(scope -> scope.equals("3"))
                .map(scope -> Found.error(
                        "lsm-yama",
                        "kernel.yama.ptrace_scope is 3",
                        "nobody may look into another process, so the agent cannot read the arguments of callers",
                        "set it to 2 or less in /etc/sysctl.d, and restart the machine: it cannot be lowered before"));
    }

    private Optional<String> label() {
        return read(Path.of("/proc", process, "attr/current"));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).replace("\0", "").strip());
        } catch (IOException absentOrForbidden) {
            return Optional.empty();
        }
    }
}
