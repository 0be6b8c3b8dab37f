package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.policy.Explanation.RuleAt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The rules of one grant, by call, for all containers that have the grant. Safe for use by several threads. */
final class GrantRules {
    /** More than there are calls: a caller can use any number, and some numbers are no call's. */
    static final int MOST_CALLS = 1000;

    private final List<RuleAt> rules;
    private final Map<String, CallRules> byCall = new ConcurrentHashMap<>();
    private final Map<Shape, CallRules> byShape = new ConcurrentHashMap<>();

    /** Calls with the same one have the same rules, seen in the same way. Most rules are for many calls. */
    private record Shape(List<RuleAt> rules, boolean onBehalf, boolean flagsInMemory) {}

    GrantRules(Grant grant) {
        List<RuleAt> all = new ArrayList<>();
        for (Rule rule : grant.rules()) {
            all.add(new RuleAt(grant.name(), all.size(), rule));
        }
        rules = List.copyOf(all);
    }

    List<RuleAt> all() {
        return rules;
    }

    CallRules of(String syscall, String family) {
        CallRules known = byCall.get(syscall);
        if (known != null || byCall.size() >= MOST_CALLS) {
            return known != null ? known : made(syscall, family);
        }
        return byCall.computeIfAbsent(syscall, name -> made(name, family));
    }

    private CallRules made(String syscall, String family) {
        List<RuleAt> its = rules.stream()
                .map(at -> SameCalls.seenBy(at, syscall, family))
                .filter(at ->
                        at.rule().calls().contains(syscall) || at.rule().calls().contains(family))
                .toList();
        Family info = Family.of(family);
        return byShape.computeIfAbsent(
                new Shape(its, info.onBehalf(), syscall.equals(info.inMemory())),
                shape -> new CallRules(its, info, shape.flagsInMemory()));
    }
}
