package io.github.seccompagent.app.make;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.profile.ReadProfile.Outcome;
import io.github.seccompagent.app.profile.ReadProfile.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a profile does with one call, as a runtime with libseccomp has it: a rule without conditions wins. */
final class BaseCall {
    private static final Set<String> LETS = Set.of("SCMP_ACT_ALLOW", "SCMP_ACT_LOG");
    private static final String NOTIFY = "SCMP_ACT_NOTIFY";

    private final Optional<Outcome> always;
    private final List<Outcome> sometimes;
    private final Outcome otherwise;

    BaseCall(String call, BaseProfile profile) {
        List<Rule> rules = profile.rules().stream()
                .filter(rule -> rule.calls().contains(call))
                .toList();
        otherwise = profile.otherwise();
        always = rules.stream()
                .filter(rule -> rule.comparisons().isEmpty())
                .map(Rule::outcome)
                .findFirst();
        sometimes = always.isPresent()
                ? List.of()
                : rules.stream().map(Rule::outcome).toList();
    }

    /** What happens whatever the arguments are; empty if they matter. */
    Optional<Outcome> always() {
        return always.isPresent() || !sometimes.isEmpty() ? always : Optional.of(otherwise);
    }

    /** Whether the arguments matter, and some are refused. */
    boolean isRefusedSometimes() {
        return always().isEmpty() && !LETS.contains(strictest().action());
    }

    /** Whether somebody is asked about the call already, at least with some arguments. */
    boolean isNotified() {
        return always.stream().anyMatch(BaseCall::notifies)
                || sometimes.stream().anyMatch(BaseCall::notifies);
    }

    private static boolean notifies(Outcome outcome) {
        return outcome.action().equals(NOTIFY);
    }

    /** What happens with the arguments that it likes least. */
    private Outcome strictest() {
        if (always.isPresent()) {
            return always.get();
        }
        if (!LETS.contains(otherwise.action())) {
            return otherwise;
        }
        return sometimes.stream()
                .filter(outcome -> !LETS.contains(outcome.action()) && !notifies(outcome))
                .findFirst()
                .orElse(otherwise);
    }

    /** "allow", or the name of the errno that refuses the call, with the arguments that it likes least. */
    String answer() {
        Outcome outcome = strictest();
        if (LETS.contains(outcome.action()) || notifies(outcome)) {
            return "allow";
        }
        return switch (outcome.action()) {
            case "SCMP_ACT_ERRNO" -> name(outcome.errno());
            case "SCMP_ACT_TRACE" -> Errno.ENOSYS.name(); // as the kernel does where nobody traces
            default -> Errno.EPERM.name(); // it killed: an answer cannot
        };
    }

    private static String name(int errno) {
        try {
            return Errno.of(errno).name();
        } catch (IllegalArgumentException e) {
            return Errno.EPERM.name();
        }
    }
}
