package io.github.seccompagent.app.profile;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.linux.filter.Comparison;
import io.github.seccompagent.linux.filter.RuleCompiler;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.List;
import java.util.Optional;

/** Makes the filter as runtimes make it, and reports what libseccomp refuses. */
final class TrialCheck implements Check {
    private static final int EEXIST = 17;
    private static final int MOST_RULES = 3000; // adding one looks at all others of the call

    @Override
    public void check(Subject subject, Findings findings) {
        Profile profile = subject.profile();
        Optional<SeccompAction> otherwise = profile.knownDefault();
        if (otherwise.isEmpty() || otherwise.get() == SeccompAction.NOTIFY) {
            return; // other checks say that runtimes refuse it
        }
        try (RuleCompiler trial = new RuleCompiler(otherwise.get().value(profile.defaultErrno()))) {
            profile.architectures().forEach(architecture -> addArchitecture(architecture.text(), trial));
            int rules = 0;
            for (Rule rule : profile.rulesFor(subject.machine())) {
                boolean valid = rule.conditions().stream().allMatch(Condition::isValid);
                if (rule.knownAction().isEmpty() || !valid || profile.isRedundant(rule)) {
                    continue;
                }
                rules += rule.names().size() * Math.max(1, rule.conditions().size());
                if (rules > MOST_RULES) {
                    findings.add(tooMany(profile));
                    return;
                }
                add(rule, trial, findings);
            }
        } catch (ErrnoException e) {
            findings.error(
                    "errno",
                    profile.place(),
                    "libseccomp refuses the default action",
                    "No errno is larger than 4095.",
                    "mend defaultErrnoRet");
        }
    }

    private static Finding tooMany(Profile profile) {
        return new Finding(
                "too-many-rules",
                Severity.UNKNOWN,
                "it has more than " + MOST_RULES
                        + " pairs of a call and a condition: libseccomp was not asked about the others",
                "Runtimes take long for such a profile at each start of a container.",
                "join rules that do the same",
                profile.place());
    }

    private static void add(Rule rule, RuleCompiler trial, Findings findings) {
        int action = rule.knownAction().orElseThrow().value(rule.errno());
        List<Comparison> comparisons =
                rule.conditions().stream().map(ReadProfile::comparison).toList();
        for (Located name : rule.names()) {
            int failed = ReadProfile.alternatives(comparisons)
                    .mapToInt(each -> add(action, name.text(), each, trial))
                    .max()
                    .orElse(0);
            if (failed == EEXIST) {
                findings.error(
                        "conflicting-rules",
                        name.place(),
                        name.text() + ": libseccomp refuses this rule, because another one has these conditions and"
                                + " another action",
                        "Runtimes refuse the profile.",
                        "remove one of them");
            } else if (failed != 0) {
                findings.error(
                        "refused-rule",
                        name.place(),
                        name.text() + ": libseccomp refuses this rule with "
                                + Errno.of(failed).name(),
                        "Runtimes refuse the profile.",
                        rule.errno() == null ? "mend the rule" : "write an errno up to 4095");
                return;
            }
        }
    }

    /** One that libseccomp does not know is left to another check. */
    private static void addArchitecture(String name, RuleCompiler trial) {
        try {
            trial.addArchitecture(ReadProfile.architectureOfLibseccomp(name));
        } catch (ErrnoException unknown) {
            // that check reports it
        }
    }

    /** Gives 0 or the errno. */
    private static int add(int action, String call, List<Comparison> comparisons, RuleCompiler trial) {
        try {
            trial.addRule(action, call, comparisons);
            return 0;
        } catch (ErrnoException e) {
            return e.errno().number();
        }
    }
}
