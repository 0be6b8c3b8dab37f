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
 * Publishes notified calls to Falco, through the plugin for Kinvolk's Go agent. It costs nothing until a container asks
 * for it. It never delays a call.
 */
final class Falco implements PodMiddleware, Resolver, AutoCloseable {
    private final FalcoSender sender;

    /** @param socket the plugin's socket */
    Falco(Path socket) {
        sender = new FalcoSender(socket);
    }

    /** Has its metrics served. */
    void register(PrometheusRegistry metrics) {
        sender.register(metrics);
    }

    /** Returns the middleware for a container. It publishes each call before the call is handled. */
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
        return PodIdentity.wantsAnnotation(name);
    }

    /** Publishes all notified calls of a container. The kernel then executes them. */
    @Override
    public HandlerRegistry resolve(ContainerProcessState state) {
        return HandlerRegistry.builder()
                .middleware(of(PodIdentity.of(state.container()), state))
                .build();
    }

    /** Call this after the agent has ended. Events that still wait are sent within two seconds, or dropped. */
    @Override
    public void close() {
        sender.close();
    }
}
