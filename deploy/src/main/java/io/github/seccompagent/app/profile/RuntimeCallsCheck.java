package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether calls are notified that a runtime itself makes between loading the filter and handing the listener over. It
 * then waits for an agent that has not got the listener yet.
 */
public final class RuntimeCallsCheck implements Check {
    private static final String THREADS = "Runtimes start threads while they hand the listener over.";
    private static final Map<String, String> HANG = Map.of(
            "write",
            "runc tells the listener's number with it, and refuses such a profile.",
            "sendmsg",
            "crun before 1.6 hands the listener over with it, and hangs.",
            "fcntl",
            "runc 1.2 makes it before it hands the listener over, and hangs.",
            "close",
            "Runtimes make it before they hand the listener over, and can hang.",
            "fork",
            THREADS,
            "vfork",
            THREADS,
            "clone",
            THREADS,
            "clone3",
            THREADS);

    /** Of these, a call that a signal interrupts before the agent has it fails, and shells do not repeat them. */
    private static final Set<String> FRAGILE = Set.of("dup", "dup2", "dup3", "pipe", "pipe2");

    /** What Go's runtime, and so runc, does at any time. */
    private static final Set<String> OF_GO = Set.of(
            "futex",
            "nanosleep",
            "sched_yield",
            "rt_sigprocmask",
            "rt_sigreturn",
            "sigaltstack",
            "epoll_pwait",
            "madvise");

    RuntimeCallsCheck() {}

    /** Why a runtime can hang, or refuse the profile, if a call is notified; empty if it does not. */
    public static Optional<String> whyNot(String call) {
        return Optional.ofNullable(HANG.get(call));
    }

    @Override
    public void check(Subject subject, Findings findings) {
        Profile profile = subject.profile();
        Located otherwise = profile.defaultAction();
        if (otherwise != null && profile.knownDefault().equals(Optional.of(SeccompAction.NOTIFY))) {
            findings.error(
                    "default-notify",
                    otherwise.place(),
                    "the default action is SCMP_ACT_NOTIFY",
                    "The runtime's own calls would wait for the agent too. runc refuses the profile, and crun hangs.",
                    "make the default action SCMP_ACT_ALLOW or SCMP_ACT_ERRNO, and notify calls by their names");
        }
        profile.notifying().forEach(rule -> rule.names().forEach(name -> look(name.text(), name.place(), findings)));
    }

    private static void look(String call, Place place, Findings findings) {
        String why = HANG.get(call);
        if (why != null) {
            findings.error(
                    "notify-hangs-runtime", place, call + " is notified", why, "take " + call + " out of this rule");
        } else if (FRAGILE.contains(call)) {
            findings.warning(
                    "notify-breaks-shells",
                    place,
                    call + " is notified",
                    "If a signal comes before the agent has received it, it fails with EINTR, and shells expect no such"
                            + " thing.",
                    "take " + call + " out of this rule");
        } else if (OF_GO.contains(call)) {
            findings.warning(
                    "notify-may-hang-runtime",
                    place,
                    call + " is notified",
                    "runc can make it at any time, also before it has handed the listener over.",
                    "take " + call + " out of this rule");
        }
    }
}
