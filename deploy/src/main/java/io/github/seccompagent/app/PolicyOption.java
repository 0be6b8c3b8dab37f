package io.github.seccompagent.app;

import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.app.policy.KeptPolicy;
import io.github.seccompagent.app.policy.PolicyWatch;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.policy.Decision;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.GrantNames;
import io.github.seccompagent.resolver.policy.Identity;
import io.github.seccompagent.resolver.policy.Seal;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The option {@code --policy}. */
final class PolicyOption {
    /** The name of the resolver that the option brings. */
    static final String RESOLVER = "policy";

    private static final String POLICY = "policy";

    private PolicyOption() {}

    /** The options that all commands with an agent share. */
    static CommandOptions with(String defaultResolver, Logging.Level defaultLevel) {
        return CommonOptions.with(defaultResolver, defaultLevel)
                .value(
                        POLICY,
                        "FILE",
                        "Who may have what: a file of YAML or JSON, as deploy/reference/policy.md describes it. It is"
                                + " read again when it changes. It brings its own resolver, so leave out --resolver."
                                + " Default: none");
    }

    /**
     * Reads the policy; null if none was asked for.
     *
     * @param hasServed whether an agent before this one has left containers
     */
    static @Nullable PolicyWatch start(CommandOptions options, KeptPolicy kept, boolean hasServed) {
        if (!options.has(POLICY)) {
            return null;
        }
        String resolver = options.get(CommonOptions.RESOLVER, Resolvers.KUBERNETES);
        if (!resolver.equals(Resolvers.KUBERNETES)) {
            throw new UsageException("--policy brings its own resolver, and --resolver asks for " + resolver
                    + ": leave out one of them");
        }
        return PolicyWatch.start(options.path(POLICY, ""), kept, hasServed);
    }

    /**
     * What a container of an administrator that belongs to no pod gets.
     *
     * @param list the names of grants that it asks for
     * @throws UsageException if the policy does not let it
     */
    static List<Grant> grants(PolicyWatch policy, String list) {
        try {
            Decision decision = policy.get().decide(Identity.of(PodIdentity.UNKNOWN), GrantNames.parse(list));
            decision.refusal().ifPresent(refusal -> {
                throw new UsageException("--grants: " + refusal);
            });
            return decision.grants();
        } catch (IllegalArgumentException e) {
            throw new UsageException("--grants: " + e.getMessage());
        }
    }

    /**
     * The resolver that the options ask for.
     *
     * @param seal opens what the plugin has sealed
     */
    static Resolver resolver(
            @Nullable PolicyWatch policy,
            Optional<Seal> seal,
            CommandOptions options,
            String defaultResolver,
            Falco falco,
            PrometheusRegistry metrics) {
        if (policy == null) {
            return CommonOptions.resolver(options, defaultResolver, falco, metrics);
        }
        PolicyMetrics.register(policy, metrics);
        return Resolvers.ofPolicy(policy, seal, falco, metrics);
    }
}
