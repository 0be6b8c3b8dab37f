package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.resolver.KubernetesResolver;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles the calls of one container, as the present policy says. Safe for use by several threads. */
final class ServedContainer implements SyscallHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ServedContainer.class);

    private final ContainerProcessState container;
    private final Pod pod;
    private final Set<String> asked;
    private final BaseAnswers base;
    private final Supplier<CompiledPolicy> policy;
    private final KubernetesResolver kubernetes;
    private volatile Version current;

    /** @param refusal why all calls are refused; empty if they are not */
    private record Version(CompiledPolicy policy, SyscallHandler handler, String refusal) {}

    ServedContainer(
            ContainerProcessState container,
            Pod pod,
            Set<String> asked,
            BaseAnswers base,
            Supplier<CompiledPolicy> policy,
            KubernetesResolver kubernetes) {
        this.container = container;
        this.pod = pod;
        this.asked = asked;
        this.base = base;
        this.policy = policy;
        this.kubernetes = kubernetes;
        current = version(policy.get());
    }

    Pod pod() {
        return pod;
    }

    /** @throws IllegalArgumentException if the policy refuses the container */
    void requireNotRefused() {
        String refusal = current.refusal();
        if (!refusal.isEmpty()) {
            throw new IllegalArgumentException("pod " + pod.names() + ": " + refusal);
        }
    }

    @Override
    public Response handle(NotifiedCall call) throws Exception {
        CompiledPolicy present = policy.get();
        Version version = current;
        return (version.policy() == present ? version : renewed(present))
                .handler()
                .handle(call);
    }

    private synchronized Version renewed(CompiledPolicy present) {
        Version version = current;
        if (version.policy() != present) {
            version = version(present);
            current = version;
            if (!version.refusal().isEmpty()) {
                LOG.warn(
                        "container {} of pod {}: the changed policy refuses it: {}",
                        container.id(),
                        pod.names(),
                        version.refusal());
            }
        }
        return version;
    }

    private Version version(CompiledPolicy present) {
        try {
            return new Version(present, handler(present), "");
        } catch (IllegalArgumentException e) {
            String refusal = String.valueOf(e.getMessage());
            return new Version(
                    present,
                    call -> {
                        throw new ErrnoException(Errno.EPERM, refusal);
                    },
                    refusal);
        }
    }

    private SyscallHandler handler(CompiledPolicy present) {
        Decision decision = present.decide(pod.who(), asked);
        decision.refusal().ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        GrantMetadata metadata = GrantMetadata.of(
                decision.grants(),
                present.policy().metadataGrants() ? Map.of("listenerMetadata", container.metadata()) : Map.of());
        ContainerProcessState given = new ContainerProcessState(
                container.ociVersion(), container.pid(), metadata.text(), container.container(), container.user());
        HandlerRegistry.Builder registry = HandlerRegistry.builder();
        kubernetes.middlewareOf(given, pod.names()).forEach(registry::middleware);
        registry.otherwise(new GrantedCalls(
                present.rulesOf(decision.grants()),
                kubernetes.handlers(given, pod.names()).build(),
                metadata.hasDefaultAction(),
                base,
                new RuleLog(pod.names().isNamed() ? "pod " + pod.names() : "")));
        return registry.build().handlerOf("", "");
    }
}
