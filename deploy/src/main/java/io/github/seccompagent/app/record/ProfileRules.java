package io.github.seccompagent.app.record;

import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.profile.ReadProfile.Outcome;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.filter.Comparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;

/**
 * What a profile does with a call, as a runtime with libseccomp has it: a rule without conditions wins over those with
 * conditions, and a call of an architecture that the profile does not name kills.
 */
final class ProfileRules {
    private static final int EPERM = 1;
    private static final Outcome KILL = new Outcome("SCMP_ACT_KILL", EPERM, 0);

    private final Map<String, List<Rule>> rules = new HashMap<>();
    private final Set<String> abis = new HashSet<>();
    private final Outcome otherwise;

    private record Rule(Outcome outcome, List<Comparison> conditions) {
        boolean matches(IntToLongFunction registers) {
            return conditions.stream().allMatch(each -> holds(each, registers.applyAsLong(each.argument())));
        }
    }

    private static boolean holds(Comparison condition, long given) {
        int order = Long.compareUnsigned(given, condition.value());
        return switch (condition.operator()) {
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case EQ -> order == 0;
            case GE -> order >= 0;
            case GT -> order > 0;
            case MASKED_EQ -> (given & condition.value()) == condition.masked();
        };
    }

    private ProfileRules(ReadProfile profile) {
        otherwise = profile.otherwise();
        abis.add(Architecture.ofThisMachine().label()); // libseccomp always adds it
        for (String name : profile.architectures()) {
            OciNames.architecture(name).map(Architecture::label).ifPresent(abis::add);
        }
        for (ReadProfile.Rule rule : profile.rules()) {
            Rule own = new Rule(rule.outcome(), rule.comparisons());
            rule.calls()
                    .forEach(name -> rules.computeIfAbsent(name, first -> new ArrayList<>())
                            .add(own));
        }
    }

    /** @throws io.github.seccompagent.app.report.UsageException if it cannot be read or understood */
    static ProfileRules of(Path file) {
        return new ProfileRules(ReadProfile.of(file));
    }

    /** What happens with a call. */
    Outcome of(String abi, String name, IntToLongFunction registers) {
        if (!abis.contains(abi)) {
            return KILL;
        }
        List<Rule> ofName = rules.getOrDefault(name, List.of());
        return ofName.stream()
                .filter(each -> each.conditions.isEmpty())
                .findFirst()
                .or(() ->
                        ofName.stream().filter(each -> each.matches(registers)).findFirst())
                .map(Rule::outcome)
                .orElse(otherwise);
    }

    /** Whether no call of that name goes on, whatever its arguments are. */
    boolean alwaysRefuses(String name) {
        List<Rule> ofName = rules.getOrDefault(name, List.of());
        return otherwise.refuses() && ofName.stream().allMatch(each -> each.outcome.refuses())
                || ofName.stream().anyMatch(each -> each.conditions.isEmpty() && each.outcome.refuses());
    }

    /** What happens if nothing else is said. */
    Outcome otherwise() {
        return otherwise;
    }
}
