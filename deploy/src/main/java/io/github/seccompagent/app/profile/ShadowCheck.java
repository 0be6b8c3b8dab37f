package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Whether a rule has no effect because of another rule, or of the default action. */
final class ShadowCheck implements Check {
    private static final int MOST_NAMED = 8;

    @Override
    public void check(Subject subject, Findings findings) {
        Profile profile = subject.profile();
        for (Rule rule : profile.rulesFor(subject.machine())) {
            if (rule.names().isEmpty() || rule.knownAction().isEmpty()) {
                continue;
            }
            if (profile.isRedundant(rule)) {
                findings.note(
                        "redundant-rule",
                        rule.place(),
                        "the rule does what the default action does",
                        "Runtimes leave it out.",
                        "remove it, or change the default action");
                continue;
            }
            shadowed(rule, subject.calls()).forEach((winner, names) -> report(rule, winner, names, findings));
        }
    }

    /** The calls for which a rule does nothing, by the rules because of which that is so. */
    private static IdentityHashMap<Rule, List<Located>> shadowed(Rule rule, Calls calls) {
        IdentityHashMap<Rule, List<Located>> shadowed =
                new IdentityHashMap<>(); // comparing rules would compare all of their names
        Set<String> seen = new HashSet<>();
        for (Located name : rule.names()) {
            Rule winner = calls.unconditional(name.text());
            if (winner != null && (!isSame(winner, rule) || !seen.add(name.text()))) {
                shadowed.computeIfAbsent(winner, none -> new ArrayList<>()).add(name);
            }
        }
        return shadowed;
    }

    private static boolean isSame(Rule a, Rule b) {
        return a.place().equals(b.place());
    }

    private static void report(Rule rule, Rule winner, List<Located> names, Findings findings) {
        String calls = names.stream()
                        .map(Located::text)
                        .limit(MOST_NAMED)
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("")
                + (names.size() > MOST_NAMED ? ", and " + (names.size() - MOST_NAMED) + " more" : "");
        boolean same = rule.knownAction().equals(winner.knownAction()) && Objects.equals(rule.errno(), winner.errno());
        if (isSame(winner, rule)) {
            findings.note(
                    "repeated-name", names.get(0).place(), calls + ": named twice in this rule", "", "remove one");
        } else if (same) {
            findings.note(
                    "repeated-rule",
                    names.get(0).place(),
                    calls + ": the rule at line " + winner.place().line() + " does the same",
                    "",
                    "name each call once");
        } else {
            findings.warning(
                    "shadowed-rule",
                    names.get(0).place(),
                    calls + ": this never counts, because of the rule at line "
                            + winner.place().line(),
                    "Of a call's rules, the first one without conditions wins, wherever the others are.",
                    "remove one of them, or give both conditions that exclude each other");
        }
    }
}
