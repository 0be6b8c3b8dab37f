package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.policy.Problem.Severity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A policy that is ready for use. Safe for use by several threads. */
public final class CompiledPolicy {
    private static final int MOST_SETS = 1000;

    private final Policy policy;
    private final Set<String> annotationNames;
    private final Map<String, GrantRules> grants;
    private final Map<List<String>, RuleSet> rules = new ConcurrentHashMap<>(); // by the names of the grants

    private CompiledPolicy(Policy policy) {
        this.policy = policy;
        annotationNames = policy.access().stream()
                .flatMap(access -> access.who().annotations().keySet().stream())
                .collect(Collectors.toUnmodifiableSet());
        grants = policy.grants().values().stream().collect(Collectors.toMap(Grant::name, GrantRules::new));
    }

    /**
     * Compiles a policy.
     *
     * @throws IllegalArgumentException if {@code checker} finds an error in it; the message tells the first one
     */
    public static CompiledPolicy of(Policy policy, Checker checker) {
        checker.check(policy).stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
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

    /** The names of the annotations that access depends on. */
    public Set<String> annotationNames() {
        return annotationNames;
    }

    /** Which grants a container has. */
    public Decision decide(Identity who, Set<String> asked) {
        return Decision.of(policy, who, asked);
    }

    /** What happens with a call of a container, and why: as it would happen if the container made that call. */
    public Explanation explain(Identity who, Set<String> asked, AskedCall call) {
        Decision decision = decide(who, asked);
        return Explainer.explain(decision, rulesOf(decision.grants()), call);
    }

    /** The number of combinations of grants is the containers' choice, so they share what is large. */
    RuleSet rulesOf(List<Grant> given) {
        List<String> names = given.stream().map(Grant::name).toList();
        RuleSet known = rules.get(names);
        if (known != null) {
            return known;
        }
        RuleSet made = new RuleSet(names.stream()
                .map(name -> Objects.requireNonNull(grants.get(name), name))
                .toList());
        if (rules.size() < MOST_SETS) {
            rules.put(names, made);
        }
        return made;
    }
}
