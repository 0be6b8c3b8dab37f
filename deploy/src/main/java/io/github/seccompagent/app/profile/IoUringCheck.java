package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether io_uring can make calls that are notified or refused. seccomp never sees these. */
final class IoUringCheck implements Check {
    private static final String SETUP = "io_uring_setup";

    private static final Set<String> MAKES = new TreeSet<>(Set.of(
            "accept",
            "bind",
            "connect",
            "fgetxattr",
            "fsetxattr",
            "getxattr",
            "linkat",
            "listen",
            "mkdirat",
            "openat",
            "openat2",
            "recvmsg",
            "renameat",
            "sendmsg",
            "setxattr",
            "socket",
            "statx",
            "symlinkat",
            "unlinkat"));

    @Override
    public void check(Subject subject, Findings findings) {
        Calls calls = subject.calls();
        if (!calls.isOpen(SETUP)) {
            return;
        }
        List<String> caught = calls.caught();
        Optional<String> first = caught.stream()
                .filter(call ->
                        MAKES.contains(call) || Siblings.of(call).stream().anyMatch(MAKES::contains))
                .findFirst();
        first.ifPresent(call -> {
            Rule rule = Objects.requireNonNull(calls.catching(call));
            findings.warning(
                    "io-uring-open",
                    Calls.placeOf(rule, call),
                    call + (rule.isNotify() ? " is notified" : " is refused") + ", and io_uring is open",
                    "io_uring opens, makes, renames and connects, and seccomp does not see that.",
                    "refuse io_uring_setup, io_uring_enter and io_uring_register with SCMP_ACT_ERRNO");
        });
    }
}
