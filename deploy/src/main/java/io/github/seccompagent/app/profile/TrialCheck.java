package io.github.seccompagent.app.profile;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.linux.syscall.FilterTrial;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the filter as runtimes make it, and reports what libseccomp refuses. */
final class TrialCheck implements Check {
    private static final int EEXIST = 17;
    private static final int MOST_RULES = 3000; // adding one looks at all others of the call

    @Override
    public void check(Subject subject, Findings findings) {
        Profile profile = subject.profile();
        Optional<Action> otherwise = profile.knownDefault();
        if (otherwise.isEmpty() || otherwise.get() == Action.NOTIFY) {
            return; // other checks say that runtimes refuse it
        }
        try (FilterTrial trial = new FilterTrial(otherwise.get().value(profile.defaultErrno()))) {
            profile.architectures().forEach(architecture -> trial.addArchitecture(architecture.text()));
            int rules = 0;
            for (Rule rule : profile.rulesFor(subject.machine())) {
                boolean valid = rule.conditions().stream().allMatch(Condition::isValid);
                if (rule.knownAction().isEmpty() || !valid || profile.isRedundant(rule)) {
                    continue;
                }
                rules += rule.names().size() * Math.max(1, rule.conditions().size());
                if (rules > MOST_RULES) {
                    return;
                }
                add(rule, trial, findings);
            }
        } catch (IllegalArgumentException e) {
            findings.error(
                    "errno",
                    profile.place(),
                    "libseccomp refuses the default action",
                    "No errno is larger than 4095.",
                    "mend defaultErrnoRet");
        }
    }

    private static void add(Rule rule, FilterTrial trial, Findings findings) {
        int action = rule.knownAction().orElseThrow().value(rule.errno());
        for (Located name : rule.names()) {
            int failed = alternatives(rule)
                    .mapToInt(conditions -> trial.addRule(action, name.text(), conditions))
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

    /** As runtimes do: if two conditions are on one argument, each condition is a rule of its own. */
    private static Stream<List<FilterTrial.Condition>> alternatives(Rule rule) {
        List<FilterTrial.Condition> all = rule.conditions().stream()
                .map(condition -> new FilterTrial.Condition(
                        (int) condition.index(),
                        condition.comparison().orElseThrow().number(),
                        condition.value(),
                        condition.valueTwo()))
                .toList();
        long arguments =
                all.stream().map(FilterTrial.Condition::argument).distinct().count();
        return arguments == all.size() ? Stream.of(all) : all.stream().map(List::of);
    }
}
