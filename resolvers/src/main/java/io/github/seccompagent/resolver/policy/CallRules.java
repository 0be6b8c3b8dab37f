package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.resolver.policy.Explanation.RuleAt;
import io.github.seccompagent.resolver.policy.Rule.Action;
import io.github.seccompagent.resolver.policy.Rule.When;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The rules of a grant for one call, such as mkdirat, in their order. Numbers of rules are their places in this
 * order, and {@link #NO_RULE} is behind all. Immutable.
 */
final class CallRules {
    static final int NO_RULE = ConditionIndex.NONE;

    private static final long O_PATH = 010000000; // on all architectures

    private final List<RuleAt> rules;
    private final boolean onBehalf;
    private final boolean flagsInMemory;
    private final ConditionIndex deciding; // without paths
    private final ConditionIndex others; // Log and Delay without paths
    private final ConditionIndex guards; // what remains of rules that decide on memory
    private final ConditionIndex withPaths; // what remains of rules with paths
    private final PathIndex paths = new PathIndex();

    /**
     * Indexes rules.
     *
     * @param info the calls' family
     * @param flagsInMemory whether the calls have their flags in memory
     */
    CallRules(List<RuleAt> rules, Family info, boolean flagsInMemory) {
        this.rules = List.copyOf(rules);
        onBehalf = info.onBehalf();
        this.flagsInMemory = flagsInMemory;
        ConditionIndex.Builder decidingRules = new ConditionIndex.Builder();
        ConditionIndex.Builder otherRules = new ConditionIndex.Builder();
        ConditionIndex.Builder guardRules = new ConditionIndex.Builder();
        ConditionIndex.Builder pathRules = new ConditionIndex.Builder();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i).rule();
            When when = rule.when();
            if (decidesOnMemory(rule, info, flagsInMemory)) {
                guardRules.add(Conditions.withoutMemory(when, flagsInMemory), i);
            }
            if (when.paths().isEmpty()) {
                (decides(rule) ? decidingRules : otherRules).add(when, i);
                continue;
            }
            pathRules.add(Conditions.withoutPaths(when), i);
            for (String glob : when.paths()) {
                paths.add(PathGlob.of(glob), i);
            }
        }
        deciding = decidingRules.build();
        others = otherRules.build();
        guards = guardRules.build();
        withPaths = pathRules.build();
    }

    /** A path is known only of a call that is made on behalf. So a rule that only logs holds the kernel off, too. */
    static boolean decidesOnMemory(Rule rule, Family family, boolean flagsInMemory) {
        When when = rule.when();
        boolean flags = flagsInMemory && (when.allFlags() | when.noFlags()) != 0;
        return (family.onBehalf() && !when.paths().isEmpty())
                || (decides(rule) && (flags || !when.types().isEmpty()));
    }

    static boolean decides(Rule rule) {
        return !(rule.action() instanceof Action.Log || rule.action() instanceof Action.Delay);
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    List<RuleAt> all() {
        return rules;
    }

    RuleAt at(int rule) {
        return rules.get(rule);
    }

    /** The first rule without paths that matches and decides. */
    int firstWithoutPaths(CallFacts call) {
        return deciding.first(call);
    }

    /**
     * Whether the call only gives a descriptor with O_PATH. That opens nothing, and only the caller itself can do it.
     * So rules with paths do not see it. The flags must be where nobody can change them before the kernel looks.
     */
    private boolean opensNothing(CallFacts call) {
        return !flagsInMemory && call.family().equals("open") && (call.flags() & O_PATH) != 0;
    }

    /** Whether a rule with paths could match before {@code end}. */
    boolean dependsOnPaths(CallFacts call, int end) {
        return !opensNothing(call) && withPaths.first(call) < end;
    }

    /** Whether what rules before {@code end} said, or {@code end} says, rests on memory that the caller can change. */
    boolean restsOnMemory(CallFacts call, int end) {
        int first = opensNothing(call) ? NO_RULE : guards.first(call);
        return first != NO_RULE && first <= end;
    }

    /** Whether it is known where the call's paths lead: if not, rules see the path as the caller gave it. */
    boolean resolvesPaths() {
        return onBehalf;
    }

    /**
     * The rules before {@code end} that match.
     *
     * @param given the call's paths, an empty one for each that cannot be told; nothing if they do not matter
     */
    NavigableSet<Integer> matching(CallFacts call, List<TargetString> given, int end) {
        NavigableSet<Integer> found = new TreeSet<>();
        others.each(
                call, group -> group.rules().stream().filter(rule -> rule < end).forEach(found::add));
        Map<Integer, Integer> pathsOf = new HashMap<>(); // how many of the call's paths match the rule
        boolean unknown = false;
        for (TargetString path : opensNothing(call) ? List.<TargetString>of() : given) {
            unknown |= path.length() == 0;
            paths.matching(path).forEach(rule -> pathsOf.merge(rule, 1, Integer::sum));
        }
        pathsOf.forEach((rule, count) -> {
            Rule matched = rules.get(rule).rule();
            boolean enough = !(matched.action() instanceof Action.Allow) || count == given.size();
            if (rule < end && enough && Conditions.hold(matched.when(), call)) {
                found.add(rule);
            }
        });
        if (unknown) {
            withPaths.each(
                    call,
                    group -> group.rules().stream()
                            .filter(rule ->
                                    rule < end && !(rules.get(rule).rule().action() instanceof Action.Allow))
                            .forEach(found::add));
        }
        return found;
    }
}
