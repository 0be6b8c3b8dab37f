package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.MountPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The rules of some grants, by call. Safe for use by several threads. */
final class RuleSet {
    private static final Set<String> MOUNTS = Set.of("mount", "umount", "umount2");

    private final List<GrantRules> grants;
    private final boolean aboutMounts;
    private final Map<String, JoinedRules> byCall = new ConcurrentHashMap<>();

    RuleSet(List<GrantRules> grants) {
        this.grants = List.copyOf(grants);
        aboutMounts = grants.stream().flatMap(grant -> grant.all().stream()).anyMatch(at -> isAboutMounts(at.rule()));
    }

    /** Whether the newer mount interface would go round the rule. */
    static boolean isAboutMounts(Rule rule) {
        return rule.calls().contains("mount") && CallRules.decides(rule);
    }

    JoinedRules of(String syscall, String family) {
        JoinedRules known = byCall.get(syscall);
        if (known != null) {
            return known;
        }
        JoinedRules joined = new JoinedRules(
                grants.stream().map(grant -> grant.of(syscall, family)).toList());
        if (byCall.size() < GrantRules.MOST_CALLS) {
            byCall.put(syscall, joined);
        }
        return joined;
    }

    /**
     * Whether the call does not exist for the container: rules are about mount(2), and the newer mount interface would
     * go round them. Programs that get ENOSYS fall back to mount(2).
     */
    boolean hides(String syscall) {
        return aboutMounts && MountPolicy.SYSCALLS.contains(syscall) && !MOUNTS.contains(syscall);
    }
}
