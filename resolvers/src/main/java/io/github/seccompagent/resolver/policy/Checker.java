package io.github.seccompagent.resolver.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Finds what is wrong with a policy before it is used. It has no error for a policy exactly if {@link
 * CompiledPolicy#of} accepts it. Safe for use by several threads.
 */
public final class Checker {
    private final GrantCheck grants;

    /**
     * Creates a checker.
     *
     * @param middleware the names that the metadata key MIDDLEWARE can list
     */
    public Checker(CallFamilies families, Collection<String> middleware) {
        grants = new GrantCheck(new RuleCheck(families), middleware);
    }

    /** What is wrong, in the order of the policy. */
    public List<Problem> check(Policy policy) {
        List<Problem> problems = new ArrayList<>();
        policy.grants().forEach((name, grant) -> grants.check(name, grant, problems));
        for (int i = 0; i < policy.access().size(); i++) {
            AccessCheck.check(policy, i, problems);
        }
        return List.copyOf(problems);
    }
}
