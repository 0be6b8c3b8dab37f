package io.github.seccompagent.resolver.policy;

import java.util.Optional;

/** Knows the names of calls. Safe for use by several threads. */
@FunctionalInterface
public interface CallFamilies {

    /**
     * The family of a call, by its name, on any architecture; its own name if it has none; empty if no such call
     * exists.
     */
    Optional<String> of(String call);
}
