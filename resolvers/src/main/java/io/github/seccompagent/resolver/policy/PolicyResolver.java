package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.resolver.KubernetesResolver;
import io.github.seccompagent.resolver.KubernetesResolver.PodMiddleware;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.PodLookup;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Gives containers what a policy grants them. A container asks with lines {@code GRANTS=NAME,NAME} in its profile's
 * {@code listenerMetadata}. When the policy changes, the new one is used for each container's next call.
 */
public final class PolicyResolver implements Resolver {
    private static final String GRANTS = "GRANTS";

    private final Supplier<CompiledPolicy> policy;
    private final KubernetesResolver kubernetes;
    private final Optional<Seal> seal;

    /**
     * Creates a resolver.
     *
     * @param policy the present policy; asked at each call, so it must be quick
     * @param lookup finds the pod of a container whose annotations do not name it
     * @param middleware the middleware that metadata can list, by name
     * @param seal opens seals; empty if nobody makes any: then a seal is refused
     */
    public PolicyResolver(
            Supplier<CompiledPolicy> policy,
            PodLookup lookup,
            Map<String, PodMiddleware> middleware,
            Optional<Seal> seal) {
        this.policy = policy;
        this.kubernetes = new KubernetesResolver(lookup, middleware);
        this.seal = seal;
    }

    @Override
    public boolean wantsAnnotation(String name) {
        return PodIdentity.wantsAnnotation(name)
                || policy.get().annotationNames().contains(name);
    }

    /**
     * Chooses the handlers of a container.
     *
     * @throws IllegalArgumentException if the container asks for what it may not have, or its metadata is not
     *     understood
     */
    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        ServedContainer served = served(container, "");
        served.requireNotRefused();
        return registry(served);
    }

    /**
     * The same. If the container may no longer have its grants, this does not throw. Its calls fail with EPERM until
     * the policy is changed again.
     */
    @Override
    public HandlerRegistry restore(ContainerProcessState container, String note) {
        return registry(served(container, note));
    }

    private static HandlerRegistry registry(ServedContainer served) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder()
                .otherwise(served)
                .note(served.pod().note().toText());
        if (served.pod().names().isNamed()) {
            registry.owner("pod " + served.pod().names());
        }
        return registry.build();
    }

    private ServedContainer served(ContainerProcessState container, String note) {
        Pod pod = Pod.sealed(container, seal).orElseGet(() -> unsealed(container, ContainerNote.of(note)));
        Set<String> others = new HashSet<>(Seal.KEYS);
        others.add(GRANTS);
        others.add(BaseAnswers.KEY);
        KubernetesResolver.warnOfUnknownKeys(container, pod.names(), others);
        try {
            return new ServedContainer(
                    container, pod, asked(container), new BaseAnswers(container), policy, kubernetes);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pod " + pod.names() + ", listenerMetadata " + e.getMessage(), e);
        }
    }

    private Pod unsealed(ContainerProcessState container, ContainerNote before) {
        PodIdentity names = kubernetes.identify(container, before.found());
        Set<String> known = before.known().orElseGet(() -> policy.get().annotationNames());
        boolean written = PodIdentity.of(container.container()).isNamed()
                || container.user().isPresent();
        ContainerNote note = ContainerNote.of(written ? Optional.empty() : Optional.of(names), known);
        Identity who = Identity.of(names)
                .withAnnotations(container.container().annotations())
                .withUid(Integer.toUnsignedLong(container.user().orElse(0)))
                .knowingOnly(note.known().orElse(Set.of()));
        return new Pod(names, who, note);
    }

    private static Set<String> asked(ContainerProcessState container) {
        Set<String> asked = new LinkedHashSet<>();
        container.metadataValues(GRANTS).forEach(list -> asked.addAll(GrantNames.parse(list)));
        if (asked.size() > GrantNames.MOST) {
            throw new IllegalArgumentException("more than " + GrantNames.MOST + " grants");
        }
        return asked;
    }
}
