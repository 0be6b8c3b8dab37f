package io.github.seccompagent.resolver.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A policy that is ready for use. Immutable. */
public final class CompiledPolicy {
    private final Policy policy;

    private CompiledPolicy(Policy policy) {
        this.policy = policy;
    }

    /**
     * Compiles a policy.
     *
     * @throws IllegalArgumentException if {@code checker} finds an error in it; the message tells the first one
     */
    public static CompiledPolicy of(Policy policy, Checker checker) {
        checker.check(policy).stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .findFirst()
                .ifPresent(error -> {
                    throw new IllegalArgumentException(error.place() + ": " + error.what());
                });
        return new CompiledPolicy(policy);
    }

    /** What was compiled. */
    public Policy policy() {
        return policy;
    }

    /** Which grants a container has. */
    public Decision decide(Identity who, Set<String> asked) {
        return Decision.of(policy, who, asked);
    }

    /** What happens with a call of a container, and why: as it would happen if the container made that call. */
    public Explanation explain(Identity who, Set<String> asked, AskedCall call) {
        return new Explanation(decide(who, asked), List.of(), Optional.empty(), "not written yet: " + call.syscall());
    }
}
