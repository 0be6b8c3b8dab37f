package io.github.seccompagent.app;

import io.github.seccompagent.app.http.HttpAnswer;
import io.github.seccompagent.app.http.HttpHandler;
import io.github.seccompagent.app.http.HttpRequest;
import io.github.seccompagent.app.http.HttpServer;
import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells Prometheus the agent's numbers over HTTP, and a kubelet how the agent is. {@code /healthz} is answered by the server's
 * own thread, for which nobody has to wait: an agent that a container could keep from answering would be restarted.
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
     * Serves there, if there is an address.
     *
     * @throws IOException if it cannot be bound
     */
    static @Nullable MetricsEndpoint start(
            @Nullable BindAddress address, PrometheusRegistry registry, SeccompAgent agent) throws IOException {
        if (address == null) {
            return null;
        }
        AgentMetrics.register(agent, registry);
        Readiness readiness = new Readiness(agent::tryOut, KEEP_TRIAL);
        return start(address, registry, new HealthHandler(agent::isAlive, readiness), readiness);
    }

    static MetricsEndpoint start(
            BindAddress address, PrometheusRegistry registry, HealthHandler health, Readiness readiness)
            throws IOException {
        InetSocketAddress socketAddress = address.socketAddress();
        if (socketAddress.isUnresolved()) {
            throw new IOException("unknown host '" + socketAddress.getHostString() + "' in --metrics-bind-address");
        }
        MetricsPage metrics = new MetricsPage(registry);
        HttpHandler pages = (request, reply) -> handle(request, reply, metrics, health);
        try {
            return new MetricsEndpoint(HttpServer.start(socketAddress, pages), metrics, readiness);
        } catch (IOException e) {
            throw new IOException(
                    "cannot serve metrics on " + socketAddress.getHostString() + ":" + socketAddress.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static void handle(
            HttpRequest request, HttpHandler.Reply reply, MetricsPage metrics, HealthHandler health) {
        switch (request.path()) {
            case "/healthz" -> health.healthz(reply);
            case "/readyz" -> health.readyz(reply);
            case "/metrics" -> metrics.handle(request, reply);
            default -> reply.send(HttpAnswer.text(HttpAnswer.NOT_FOUND, "there are /metrics, /healthz and /readyz"));
        }
    }

    InetSocketAddress address() throws IOException {
        return server.address();
    }

    /** Says where the metrics are: the port may have been left to the kernel. */
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
