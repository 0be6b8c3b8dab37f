package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Likely;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.linux.filter.SeccompAction;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the calls exist. Runtimes leave out the others and say nothing. */
final class NamesCheck implements Check {
    private static final int MOST_GUESSES = 50;

    private @Nullable Set<String> names;
    private int guesses;

    @Override
    public void check(Subject subject, Findings findings) {
        Profile profile = subject.profile();
        Set<String> seen = new HashSet<>();
        List<Located> newer = new ArrayList<>();
        for (Rule rule : profile.rules()) {
            for (Located name : rule.names()) {
                if (!SyscallTable.isName(name.text())) {
                    report(name, rule, findings);
                } else if (!SyscallTable.isNameOfLibSeccomp(name.text())
                        && matters(rule, profile)
                        && seen.add(name.text())) {
                    newer.add(name);
                }
            }
        }
        if (!newer.isEmpty()) {
            findings.note(
                    "newer-than-libseccomp",
                    newer.get(0).place(),
                    "this machine's libseccomp is older than "
                            + String.join(
                                    ", ", newer.stream().map(Located::text).toList()),
                    "Runtimes leave these calls out of their rule, and the kernel executes them if it has them.",
                    "use a newer libseccomp, or a default action that refuses calls");
        }
    }

    /** Whether a call that is left out does what its rule should keep it from. */
    private static boolean matters(Rule rule, Profile profile) {
        return profile.knownDefault().map(SeccompAction::lets).orElse(false)
                && !rule.knownAction().map(SeccompAction::lets).orElse(true);
    }

    private void report(Located name, Rule rule, Findings findings) {
        String likely = likely(name.text());
        boolean lets = rule.knownAction().map(SeccompAction::lets).orElse(false);
        findings.warning(
                "unknown-call",
                name.place(),
                Findings.quote(name.text()) + " is no call" + (likely.isEmpty() ? "" : ": perhaps " + likely),
                "Runtimes leave it out" + (lets ? ", so the call that is meant stays refused." : " and say nothing."),
                likely.isEmpty() ? "remove it" : "write " + likely);
    }

    private String likely(String name) {
        if (++guesses > MOST_GUESSES) {
            return "";
        }
        if (names == null) {
            names = SyscallTable.names();
        }
        return Likely.of(name.strip(), names);
    }
}
