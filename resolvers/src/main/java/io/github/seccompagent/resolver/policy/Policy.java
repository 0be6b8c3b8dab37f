package io.github.seccompagent.resolver.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What containers may have, and who may ask for it. Immutable.
 *
 * @param metadataGrants whether the keys of {@code listenerMetadata} give what they say, beside the grants that it
 *     names
 * @param grants by name, in the policy's order. If a container has several, their rules are asked in this order
 * @param access who may ask for which grants. Any entry that denies a grant wins over all that allow it
 */
public record Policy(boolean metadataGrants, Map<String, Grant> grants, List<Access> access) {
    /** Nobody may ask for anything. */
    public static final Policy EMPTY = new Policy(true, Map.of(), List.of());

    public Policy {
        grants = Collections.unmodifiableMap(new LinkedHashMap<>(grants)); // Map.copyOf has no order
        access = List.copyOf(access);
    }
}
