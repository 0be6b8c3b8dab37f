package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.resolver.policy.Explanation.RuleAt;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The rules of several grants for one call, one grant after the other. A number of a rule is its place among all of
 * them. It has little of its own: containers choose the grants, so there can be thousands of these. Immutable.
 */
final class JoinedRules {
    private final List<CallRules> grants;
    private final int[] starts;

    JoinedRules(List<CallRules> all) {
        grants = all.stream().filter(rules -> !rules.isEmpty()).toList();
        starts = new int[grants.size() + 1];
        for (int i = 0; i < grants.size(); i++) {
            starts[i + 1] = starts[i] + grants.get(i).all().size();
        }
    }

    boolean isEmpty() {
        return grants.isEmpty();
    }

    List<RuleAt> all() {
        return grants.stream().flatMap(rules -> rules.all().stream()).toList();
    }

    RuleAt at(int rule) {
        int i = 0;
        while (starts[i + 1] <= rule) {
            i++;
        }
        return grants.get(i).at(rule - starts[i]);
    }

    /** The first rule without paths that matches and decides. */
    int firstWithoutPaths(CallFacts call) {
        for (int i = 0; i < grants.size(); i++) {
            int first = grants.get(i).firstWithoutPaths(call);
            if (first != CallRules.NO_RULE) {
                return starts[i] + first;
            }
        }
        return CallRules.NO_RULE;
    }

    /** Whether a rule with paths could match before {@code end}. */
    boolean dependsOnPaths(CallFacts call, int end) {
        for (int i = 0; i < grants.size() && starts[i] < end; i++) {
            if (grants.get(i).dependsOnPaths(call, end - starts[i])) {
                return true;
            }
        }
        return false;
    }

    /** Whether what rules before {@code end} said, or {@code end} says, rests on memory that the caller can change. */
    boolean restsOnMemory(CallFacts call, int end) {
        for (int i = 0; i < grants.size() && starts[i] <= end; i++) {
            if (grants.get(i).restsOnMemory(call, end - starts[i])) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is known where the call's paths lead: if not, rules see the path as the caller gave it. */
    boolean resolvesPaths() {
        return !isEmpty() && grants.get(0).resolvesPaths();
    }

    /** As {@link CallRules#matching}. */
    NavigableSet<Integer> matching(CallFacts call, List<TargetString> given, int end) {
        NavigableSet<Integer> found = new TreeSet<>();
        for (int i = 0; i < grants.size() && starts[i] < end; i++) {
            int start = starts[i];
            grants.get(i).matching(call, given, end - start).forEach(rule -> found.add(start + rule));
        }
        return found;
    }
}
