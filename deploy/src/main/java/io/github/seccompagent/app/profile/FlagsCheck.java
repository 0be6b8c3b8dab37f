package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Likely;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import java.util.List;
import java.util.Optional;

/** Whether runtimes know the flags, and the flag is there that keeps signals from calls. */
final class FlagsCheck implements Check {
    private static final String WAIT_KILLABLE = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";
    private static final List<String> KNOWN = List.of(
            "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", WAIT_KILLABLE);

    @Override
    public void check(Subject subject, Findings findings) {
        List<Located> flags = subject.profile().flags() == null
                ? List.of()
                : subject.profile().flags();
        Optional<Rule> notifying = subject.profile().notifying().findFirst();
        flags.stream().filter(flag -> !KNOWN.contains(flag.text())).forEach(flag -> reportUnknown(flag, findings));
        Optional<Located> wait =
                flags.stream().filter(flag -> flag.text().equals(WAIT_KILLABLE)).findFirst();
        if (wait.isPresent()) {
            lookAtWait(wait.get().place(), notifying.isPresent(), findings);
        } else if (notifying.isPresent()) {
            findings.note(
                    "no-wait-killable",
                    notifying.get().place(),
                    "the profile has no " + WAIT_KILLABLE,
                    "A signal can interrupt a call that the agent is making. Go programs send themselves such signals.",
                    "where all runtimes are runc 1.5 or crun 1.6 and the kernel is 5.19, or newer, add the flag");
        }
        if (!flags.isEmpty() && wait.isEmpty()) {
            findings.note(
                    "flags-need-runc-1.2",
                    flags.get(0).place(),
                    "the profile has flags",
                    "runc before 1.2 refuses a profile with any flag.",
                    "");
        }
    }

    private static void lookAtWait(Place place, boolean notifies, Findings findings) {
        if (!notifies) {
            findings.warning(
                    "flag-without-notify",
                    place,
                    WAIT_KILLABLE + " is for notified calls, and there are none",
                    "The kernel refuses the flag without a listener.",
                    "remove the flag");
        }
        findings.note(
                "flag-needs-runc-1.5",
                place,
                "the profile has the flag " + WAIT_KILLABLE,
                "runc before 1.5, crun before 1.6, and Linux before 5.19 refuse it.",
                "");
    }

    private static void reportUnknown(Located flag, Findings findings) {
        String likely = Likely.of(flag.text(), KNOWN);
        findings.error(
                "unknown-flag",
                flag.place(),
                Findings.quote(flag.text()) + " is no flag of a profile",
                "Runtimes refuse the profile.",
                likely.isEmpty() ? "remove it" : "write " + likely);
    }
}
