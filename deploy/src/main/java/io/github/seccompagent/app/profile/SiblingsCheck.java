package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Whether a call is notified or refused, and another one that does the same is not. */
final class SiblingsCheck implements Check {
    @Override
    public void check(Subject subject, Findings findings) {
        Calls calls = subject.calls();
        Set<Architecture> architectures = subject.architectures();
        Set<String> open = new HashSet<>(); // each is reported once, for the first of its family
        Set<String> refused = new HashSet<>();
        for (String call : calls.caught()) {
            Rule rule = Objects.requireNonNull(calls.catching(call));
            List<String> siblings = Siblings.of(call).stream()
                    .filter(sibling -> exists(sibling, architectures))
                    .toList();
            List<String> ways = siblings.stream()
                    .filter(sibling -> calls.isOpen(sibling) && open.add(sibling))
                    .toList();
            if (!ways.isEmpty()) {
                reportOpen(call, rule, ways, findings);
            }
            List<String> lost = siblings.stream()
                    .filter(sibling -> rule.isNotify() && calls.isRefusedByDefault(sibling) && refused.add(sibling))
                    .toList();
            if (!lost.isEmpty()) {
                reportRefused(call, rule, lost, findings);
            }
        }
    }

    private static boolean exists(String call, Set<Architecture> architectures) {
        return architectures.stream()
                .anyMatch(architecture ->
                        SyscallTable.numberOf(architecture, call).isPresent());
    }

    private static void reportOpen(String call, Rule rule, List<String> ways, Findings findings) {
        String listed = String.join(", ", ways);
        findings.warning(
                "missing-sibling",
                Calls.placeOf(rule, call),
                call + (rule.isNotify() ? " is notified" : " is refused") + ", but not " + listed,
                "A program can do the same with " + (ways.size() == 1 ? "it" : "them")
                        + ". C libraries use newer calls where older ones were usual.",
                "add " + listed + " to this rule");
    }

    private static void reportRefused(String call, Rule rule, List<String> lost, Findings findings) {
        String listed = String.join(", ", lost);
        findings.note(
                "sibling-refused",
                Calls.placeOf(rule, call),
                call + " is notified, and the default action refuses " + listed,
                "Programs that use " + (lost.size() == 1 ? "it" : "them") + " fail without the agent.",
                "add " + listed + " to this rule if the agent should handle " + (lost.size() == 1 ? "it" : "them"));
    }
}
