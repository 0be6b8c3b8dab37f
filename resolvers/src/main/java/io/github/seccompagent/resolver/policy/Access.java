package io.github.seccompagent.resolver.policy;

import java.util.Set;

/**
 * Who may, or must not, have some grants.
 *
 * @param effect what the entry says
 * @param grants globs of names of grants
 * @param who all of its conditions must hold
 */
public record Access(Effect effect, Set<String> grants, Who who) {
    /** What an entry says about the grants that it names. */
    public enum Effect {
        /** A container may ask for them. */
        ALLOW,
        /** A container has them without asking. */
        DEFAULT,
        /** A container never has them, whatever other entries say. */
        DENY
    }

    public Access {
        grants = Set.copyOf(grants);
    }
}
