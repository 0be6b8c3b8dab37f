package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.MountPolicy;
import io.github.seccompagent.resolver.policy.Explanation.RuleAt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The rules of some grants, by call. Safe for use by several threads. */
final class RuleSet {
    /** More than there are calls: a caller can use any number, and some numbers are no call's. */
    private static final int MOST_CALLS = 1000;

    private static final Set<String> MOUNTS = Set.of("mount", "umount", "umount2");

    private final List<RuleAt> rules;
    private final boolean aboutMounts;
    private final Map<String, CallRules> byCall = new ConcurrentHashMap<>();

    RuleSet(List<Grant> grants) {
        List<RuleAt> all = new ArrayList<>();
        for (Grant grant : grants) {
            for (int i = 0; i < grant.rules().size(); i++) {
                all.add(new RuleAt(grant.name(), i, grant.rules().get(i)));
            }
        }
        rules = List.copyOf(all);
        aboutMounts = rules.stream().anyMatch(at -> isAboutMounts(at.rule()));
    }

    /** Whether the newer mount interface would go round the rule. */
    static boolean isAboutMounts(Rule rule) {
        return rule.calls().contains("mount") && CallRules.decides(rule);
    }

    CallRules of(String syscall, String family) {
        CallRules known = byCall.get(syscall);
        if (known != null || byCall.size() >= MOST_CALLS) {
            return known != null ? known : CallRules.of(rules, syscall, family);
        }
        return byCall.computeIfAbsent(syscall, name -> CallRules.of(rules, name, family));
    }

    /**
     * Whether the call does not exist for the container: rules are about mount(2), and the newer mount interface would
     * go round them. Programs that get ENOSYS fall back to mount(2).
     */
    boolean hides(String syscall) {
        return aboutMounts && MountPolicy.SYSCALLS.contains(syscall) && !MOUNTS.contains(syscall);
    }
}
