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
            return known != null ? known : CallRules.of(rules, syscall, family);
        }
        return byCall.computeIfAbsent(syscall, name -> CallRules.of(rules, name, family));
    }
}
