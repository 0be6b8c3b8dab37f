package io.github.seccompagent.app;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Middleware;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.resolver.KubernetesResolver.PodMiddleware;
import io.github.seccompagent.resolver.PodIdentity;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;

/**
 * Publishes notified calls to Falco, through the plugin that belongs to the Go agent. Until a container wants that, it costs
 * nothing; after that, no call is ever delayed by it.
 */
final class Falco implements PodMiddleware, Resolver, AutoCloseable {
    private final FalcoSender sender;

    /** @param socket the plugin's */
    Falco(Path socket, PrometheusRegistry metrics) {
        sender = new FalcoSender(socket, metrics);
    }

    /** The middleware of a container: publishes each call before it is handled. */
    @Override
    public Middleware of(PodIdentity pod, ContainerProcessState state) {
        sender.begin();
        int first = state.container().pid();
        return next -> call -> {
            sender.publish(
                    call.account(),
                    new FalcoEvent(call.id(), call.threadId(), call.syscall(), pod, first, state.pid()));
            return next.handle(call);
        };
    }

    @Override
    public boolean wantsAnnotation(String name) {
        return PodIdentity.isToldBy(name);
    }

    /** Publishes all notified calls of a container, which the kernel executes then. */
    @Override
    public HandlerRegistry resolve(ContainerProcessState state) {
        return HandlerRegistry.builder()
                .middleware(of(PodIdentity.of(state.container()), state))
                .build();
    }

    /** To be called after the agent has ended: what it published has two seconds to get out. */
    @Override
    public void close() {
        sender.close();
    }
}
