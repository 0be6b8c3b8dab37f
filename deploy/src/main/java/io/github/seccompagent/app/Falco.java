package io.github.seccompagent.app;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Middleware;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.resolver.KubernetesResolver.PodMiddleware;
import io.github.seccompagent.resolver.PodIdentity;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * Publishes notified calls to Falco, through the plugin that belongs to the Go agent. Until a container wants that, it costs
 * nothing; after that, no call is ever delayed by it.
 */
final class Falco implements PodMiddleware, Resolver, AutoCloseable {
    /** Of one listener, so that a container which floods the agent has events dropped of nobody but itself. */
    private static final int MAX_WAITING = 128;

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
        Semaphore places = new Semaphore(MAX_WAITING);
        return next -> call -> {
            sender.publish(new FalcoEvent(call.id(), call.threadId(), call.syscall(), pod, first, state.pid(), places));
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
