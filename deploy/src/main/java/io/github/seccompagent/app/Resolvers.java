package io.github.seccompagent.app;

import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.app.record.RecordResolver;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.KubernetesResolver;
import io.github.seccompagent.resolver.KubernetesResolver.PodMiddleware;
import io.github.seccompagent.resolver.NamedResolver;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.PodLookup;
import io.github.seccompagent.resolver.policy.CompiledPolicy;
import io.github.seccompagent.resolver.policy.PolicyResolver;
import io.github.seccompagent.resolver.policy.Seal;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The resolvers that the program knows by name: those of the module resolvers, and those that need more than agent-api.
 */
final class Resolvers {
    static final String KUBERNETES = "kubernetes";
    private static final String FALCO = "falco";
    private static final String RECORD = "record";
    private static final Duration API_DEADLINE = Duration.ofSeconds(2);
    private static final Duration API_PAUSE = Duration.ofSeconds(1);

    private Resolvers() {}

    static List<String> names() {
        return Stream.concat(
                        Arrays.stream(NamedResolver.values()).map(NamedResolver::cliName),
                        Stream.of(KUBERNETES, FALCO, RECORD))
                .toList();
    }

    /**
     * The resolver with a name.
     *
     * @param records the folder of the resolver record
     * @param metrics where the resolver registers its metrics
     * @throws UsageException if no resolver has that name
     */
    static Resolver named(String name, Falco falco, Path records, PrometheusRegistry metrics) {
        return switch (name) {
            case KUBERNETES -> new KubernetesResolver(podLookup(), middleware(falco, metrics));
            case FALCO -> falco;
            case RECORD -> new RecordResolver(records);
            default ->
                NamedResolver.of(name)
                        .orElseThrow(() -> new UsageException(
                                "unknown resolver '" + name + "': choose one of " + String.join(", ", names())))
                        .resolver();
        };
    }

    /** The resolver of a policy. It has everything that the resolver kubernetes has. */
    static Resolver ofPolicy(
            Supplier<CompiledPolicy> policy, Optional<Seal> seal, Falco falco, PrometheusRegistry metrics) {
        return new PolicyResolver(policy, podLookup(), middleware(falco, metrics), seal);
    }

    private static PodLookup podLookup() {
        Map<String, String> environment = System.getenv();
        String node = environment.getOrDefault("NODE_NAME", "");
        return KubernetesApi.inCluster(environment, API_DEADLINE)
                .<PodLookup>map(api -> new KubernetesPods(() -> api.pods(node), API_PAUSE))
                .orElse(container -> PodIdentity.UNKNOWN);
    }

    private static Map<String, PodMiddleware> middleware(Falco falco, PrometheusRegistry metrics) {
        RequestDurations durations = new RequestDurations(metrics);
        return Map.of("prometheus", (identity, container) -> durations.ofNamespace(identity.namespace()), FALCO, falco);
    }
}
