package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.linux.syscall.SeccompLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The actions of seccomp, its library, and what this process itself is subject to. */
final class SeccompCheck implements Check {
    private static final String ACTIONS = "seccomp-actions";
    private static final String LIBRARY = "libseccomp";
    private static final Path AVAILABLE = Path.of("/proc/sys/kernel/seccomp/actions_avail");

    private final Version oldest = Version.of("2.5.0");
    private final Version killable = Version.of("2.6.0");

    @Override
    public List<Finding> look() throws IOException {
        List<Finding> findings = new ArrayList<>(List.of(actions(), library()));
        own().ifPresent(findings::add);
        return findings;
    }

    private static Finding actions() throws IOException {
        String actions;
        try {
            actions = Files.readString(AVAILABLE).strip();
        } catch (NoSuchFileException e) {
            return Found.error(
                    ACTIONS,
                    "this kernel has no " + AVAILABLE,
                    "it is older than Linux 4.14 or has no seccomp filters, and no listeners then",
                    "use Linux 5.9 or newer with CONFIG_SECCOMP_FILTER");
        }
        return Arrays.asList(actions.split(" ")).contains("user_notif")
                ? Found.ok(ACTIONS, "the actions of seccomp are " + actions)
                : Found.error(
                        ACTIONS,
                        "seccomp has no action user_notif, only " + actions,
                        "a profile with SCMP_ACT_NOTIFY cannot be installed",
                        "use Linux 5.9 or newer");
    }

    private Finding library() {
        Optional<String> version = SeccompLibrary.version();
        if (version.isEmpty()) {
            return Found.error(
                    LIBRARY,
                    "libseccomp.so.2 is missing",
                    "the agent has the names of calls from there, and does not start without it",
                    "install libseccomp2 (Debian) or libseccomp (Fedora)");
        }
        String name = "libseccomp is " + version.get();
        Version installed = Version.of(version.get());
        if (installed.isOlderThan(oldest)) {
            return Found.warning(
                    LIBRARY,
                    name + ", older than " + oldest,
                    "a runtime that uses this library cannot install a filter that notifies",
                    "install a newer libseccomp");
        }
        return installed.isOlderThan(killable)
                ? Found.note(
                        LIBRARY,
                        name,
                        "before " + killable + " runc cannot set SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV with it",
                        "")
                : Found.ok(LIBRARY, name);
    }

    /** A container of the agent is often confined by accident. */
    private static Optional<Finding> own() throws IOException {
        boolean filtered = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Seccomp:\\s*2"));
        return filtered
                ? Optional.of(Found.warning(
                        "seccomp-self",
                        "this process itself is under a seccomp profile",
                        "an agent that is started from here is under it too, and calls that the profile forbids fail"
                                + " on behalf of callers",
                        "run the agent with an unconfined seccomp profile"))
                : Optional.empty();
    }
}
