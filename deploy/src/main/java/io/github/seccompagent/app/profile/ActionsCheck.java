package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Likely;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.linux.filter.Comparison.Operator;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether actions and conditions are what runtimes know. */
final class ActionsCheck implements Check {
    @Override
    public void check(Subject subject, Findings findings) {
        Profile profile = subject.profile();
        Located otherwise = profile.defaultAction();
        if (profile.isEmpty()) {
            findings.warning(
                    "empty-profile",
                    profile.place(),
                    "the profile has neither a defaultAction nor syscalls",
                    "runc then filters nothing, and crun refuses it.",
                    "add a defaultAction");
        } else if (otherwise == null) {
            findings.error(
                    "no-default-action",
                    profile.place(),
                    "the profile has no defaultAction",
                    "Runtimes refuse it.",
                    "add \"defaultAction\": \"SCMP_ACT_ALLOW\" or \"SCMP_ACT_ERRNO\"");
        } else {
            look(otherwise, profile.defaultErrno(), otherwise.place(), findings);
        }
        for (Rule rule : profile.rules()) {
            if (rule.action() != null) {
                look(rule.action(), rule.errno(), rule.place(), findings);
            }
            lookAtConditions(rule, findings);
        }
    }

    private static void look(Located action, @Nullable Long errno, Place place, Findings findings) {
        Optional<SeccompAction> known = SeccompAction.of(action.text());
        if (known.isEmpty()) {
            String likely = Likely.of(action.text(), SeccompAction.names());
            findings.error(
                    "unknown-action",
                    action.place(),
                    Findings.quote(action.text()) + " is no action",
                    "Runtimes refuse the profile.",
                    "write " + (likely.isEmpty() ? "one of " + String.join(", ", SeccompAction.names()) : likely));
        } else if (errno != null && !known.get().hasErrno()) {
            findings.error(
                    "unused-errno",
                    place,
                    "there is an errno for " + action.text() + ", which fails no call",
                    "crun refuses the profile. runc ignores the errno.",
                    "remove the errno");
        }
    }

    private static void lookAtConditions(Rule rule, Findings findings) {
        Set<Long> indexes = new HashSet<>();
        boolean repeated = false;
        for (Condition condition : rule.conditions()) {
            repeated |= !indexes.add(condition.index());
            look(condition, findings);
        }
        if (repeated) {
            findings.warning(
                    "repeated-argument",
                    rule.place(),
                    "two conditions are on the same argument",
                    "Runtimes make each condition of this rule a rule of its own, so one of them is enough.",
                    "write a rule for each condition if that is meant");
        }
        if (rule.conditions().stream().anyMatch(Condition::isImpossible)) {
            findings.warning(
                    "never-matches",
                    rule.place(),
                    "no argument fulfils the conditions of this rule",
                    "The rule does nothing.",
                    "mend the condition, or remove the rule");
        }
    }

    private static void look(Condition condition, Findings findings) {
        if (condition.index() < 0 || condition.index() >= Condition.ARGUMENTS) {
            findings.error(
                    "argument-index",
                    condition.place(),
                    "index " + Long.toUnsignedString(condition.index()) + " is no argument of a call",
                    "Runtimes refuse the profile.",
                    "write an index from 0 to 5");
        }
        Operator comparison = condition.comparison().orElse(null);
        if (comparison == null) {
            List<String> names = Operator.names();
            String likely = Likely.of(condition.operator().text(), names);
            findings.error(
                    "unknown-operator",
                    condition.operator().place(),
                    Findings.quote(condition.operator().text()) + " is no comparison",
                    "Runtimes refuse the profile.",
                    "write " + (likely.isEmpty() ? "one of " + String.join(", ", names) : likely));
        } else if (comparison == Operator.MASKED_EQ && (condition.valueTwo() & ~condition.value()) != 0) {
            findings.warning(
                    "mask",
                    condition.place(),
                    "valueTwo has bits that are not in value, which is the mask",
                    "libseccomp drops these bits. Both numbers are perhaps in the wrong order.",
                    "write the mask into value, and what is left of the argument into valueTwo");
        }
    }
}
