package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Likely;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.resolver.MetadataCheck;
import io.github.seccompagent.resolver.MetadataCheck.Kind;
import io.github.seccompagent.resolver.MetadataCheck.Problem;
import java.util.List;
import java.util.Set;

/** What the agent's resolvers will say to the listenerMetadata. */
final class MetadataFindings implements Check {
    /** Those of the resolvers record and policy. What grants a policy has is not known here. */
    private static final Set<String> OF_PROGRAM = Set.of("RECORD", "GRANTS", "BASE");

    private static final MetadataCheck RESOLVERS = new MetadataCheck(List.of("prometheus", "falco"));

    @Override
    public void check(Subject subject, Findings findings) {
        Located metadata = subject.profile().listenerMetadata();
        if (metadata == null || metadata.text().isBlank()) {
            return;
        }
        List<Problem> problems = RESOLVERS.problems(metadata.text()).stream()
                .filter(problem -> !OF_PROGRAM.contains(problem.key()))
                .toList();
        problems.forEach(problem -> report(problem, metadata, findings));
        if (problems.stream().noneMatch(problem -> problem.kind() == Kind.REFUSED)) {
            RESOLVERS.handledFamilies(metadata.text()).stream()
                    .filter(family -> !isNotified(family, subject.calls()))
                    .filter(family -> !family.equals("umount")) // mount says the same
                    .forEach(family -> findings.warning(
                            "metadata-not-notified",
                            metadata.place(),
                            "the metadata is about " + family + ", and " + family + " is not notified",
                            "The agent never sees these calls.",
                            "add " + family + " and its newer siblings to a rule with SCMP_ACT_NOTIFY"));
        }
    }

    private static boolean isNotified(String family, Calls calls) {
        Set<String> siblings = Siblings.of(family);
        return calls.caught().stream()
                .filter(call -> call.equals(family) || siblings.contains(call))
                .anyMatch(call -> {
                    Rule rule = calls.catching(call);
                    return rule != null && rule.isNotify();
                });
    }

    private static void report(Problem problem, Located metadata, Findings findings) {
        switch (problem.kind()) {
            case REFUSED ->
                findings.error(
                        "metadata-value",
                        metadata.place(),
                        problem.what(),
                        "All notified calls of the container fail with EPERM.",
                        "mend the value");
            case DOUBTFUL -> findings.warning("metadata-doubtful", metadata.place(), problem.what(), "", "");
            case UNKNOWN_KEY -> {
                String likely = Likely.of(problem.key(), MetadataCheck.keys());
                findings.warning(
                        "metadata-key",
                        metadata.place(),
                        "no resolver of the agent knows the key " + Findings.quote(problem.key())
                                + (likely.isEmpty() ? "" : ": perhaps " + likely),
                        "It is ignored, unless the listener is another program than this agent.",
                        likely.isEmpty() ? "remove it" : "write " + likely);
            }
        }
    }
}
