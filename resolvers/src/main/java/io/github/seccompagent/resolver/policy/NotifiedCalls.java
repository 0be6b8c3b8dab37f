package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.MountPolicy;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Which calls a profile must notify. */
public final class NotifiedCalls {
    private NotifiedCalls() {}

    /**
     * The names of calls and families that must be notified for the grants to work, sorted. The name of a family stands
     * for all of its members.
     *
     * @throws IllegalArgumentException if metadata of a grant is not understood
     */
    public static Set<String> of(Collection<Grant> grants) {
        Set<String> calls = new TreeSet<>();
        for (Grant grant : grants) {
            calls.addAll(GrantMetadata.of(Set.of(grant)).families());
            if (calls.contains("mount") || grant.rules().stream().anyMatch(RuleSet::isAboutMounts)) {
                calls.addAll(MountPolicy.SYSCALLS);
            }
            grant.rules().forEach(rule -> {
                calls.addAll(rule.calls());
                calls.addAll(SameCalls.of(rule.calls()));
            });
        }
        return calls;
    }
}
