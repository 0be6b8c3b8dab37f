package io.github.seccompagent.app;

import io.github.seccompagent.app.http.HttpAnswer;
import io.github.seccompagent.app.http.HttpHandler;
import io.github.seccompagent.app.http.HttpRequest;
import io.github.seccompagent.app.http.HttpServer;
import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Serves the metrics for Prometheus and the health for a kubelet over HTTP. The server's own thread answers {@code
 * /healthz}, because nothing can block that thread. If a container could delay this answer, the kubelet would restart
 * the agent.
 */
final class MetricsEndpoint implements AutoCloseable {
    private static final Duration KEEP_TRIAL = Duration.ofSeconds(1);

    private final HttpServer server;
    private final MetricsPage metrics;
    private final Readiness readiness;

    private MetricsEndpoint(HttpServer server, MetricsPage metrics, Readiness readiness) {
        this.server = server;
        this.metrics = metrics;
        this.readiness = readiness;
    }

    /**
     * Listens at {@code address}, before there is an agent: a start that fails here has touched no container. Does
     * nothing if it is null.
     *
     * @throws IOException if the address cannot be bound
     */
    static @Nullable ServerSocketChannel bind(@Nullable BindAddress address) throws IOException {
        if (address == null) {
            return null;
        }
        InetSocketAddress socketAddress = address.socketAddress();
        if (socketAddress.isUnresolved()) {
            throw new IOException("unknown host '" + socketAddress.getHostString() + "' in --metrics-bind-address");
        }
        try {
            return HttpServer.bind(socketAddress);
        } catch (IOException e) {
            throw new IOException(
                    "cannot serve metrics on " + socketAddress.getHostString() + ":" + socketAddress.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Starts to serve what was bound, and owns it then. Does nothing if it is null. */
    static @Nullable MetricsEndpoint start(
            @Nullable ServerSocketChannel bound, PrometheusRegistry registry, SeccompAgent agent, Falco falco)
            throws IOException {
        if (bound == null) {
            return null;
        }
        Readiness readiness = new Readiness(agent::tryOut, KEEP_TRIAL);
        MetricsPage metrics = new MetricsPage(registry, () -> {
            AgentMetrics.register(agent, registry);
            falco.register(registry);
        });
        return start(bound, metrics, new HealthHandler(agent::isAlive, readiness), readiness);
    }

    static MetricsEndpoint start(
            ServerSocketChannel bound, MetricsPage metrics, HealthHandler health, Readiness readiness)
            throws IOException {
        HttpHandler pages = (request, reply) -> handle(request, reply, metrics, health);
        return new MetricsEndpoint(HttpServer.start(bound, pages), metrics, readiness);
    }

    private static void handle(
            HttpRequest request, HttpHandler.Reply reply, MetricsPage metrics, HealthHandler health) {
        switch (request.path()) {
            case "/healthz" -> health.healthz(reply);
            case "/readyz" -> health.readyz(reply);
            case "/metrics" -> metrics.handle(request, reply);
            default -> reply.send(HttpAnswer.text(HttpAnswer.NOT_FOUND, "ask for /metrics, /healthz or /readyz"));
        }
    }

    InetSocketAddress address() throws IOException {
        return server.address();
    }

    /** Prints where the metrics are served, because the kernel may have chosen the port. */
    void announce() throws IOException {
        System.out.println("metrics on port " + address().getPort());
        System.out.println("metrics bound to " + BindAddress.text(address()));
    }

    @Override
    public void close() {
        server.close();
        metrics.close();
        readiness.close();
    }
}
