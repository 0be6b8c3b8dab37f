package io.github.seccompagent.resolver.policy;

import java.util.List;
import java.util.Map;

/**
 * What containers may have, and who may ask for it. Immutable.
 *
 * @param metadataGrants whether {@code listenerMetadata} that names no grant gives what its own keys say
 * @param grants by name
 * @param access who may ask for which grants. Any entry that denies a grant wins over all that allow it
 */
public record Policy(boolean metadataGrants, Map<String, Grant> grants, List<Access> access) {
    /** Nobody may ask for anything. */
    public static final Policy EMPTY = new Policy(true, Map.of(), List.of());

    public Policy {
        grants = Map.copyOf(grants);
        access = List.copyOf(access);
    }
}
