package io.github.seccompagent.app;

import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells Prometheus the agent's numbers over HTTP, and a kubelet how the agent is, where that is wanted. */
final class MetricsEndpoint implements AutoCloseable {
    // A few slow clients must not keep everybody else away: in seconds.
    static {
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
    }

    private static final Duration KEEP_TRIAL = Duration.ofSeconds(1);

    private final @Nullable HTTPServer server;

    private MetricsEndpoint(@Nullable HTTPServer server) {
        this.server = server;
    }

    /** @throws IOException if the address cannot be bound */
    static MetricsEndpoint start(@Nullable BindAddress address, PrometheusRegistry registry, SeccompAgent agent)
            throws IOException {
        if (address == null) {
            return new MetricsEndpoint(null);
        }
        AgentMetrics.register(agent, registry);
        InetSocketAddress socketAddress = address.socketAddress();
        if (socketAddress.isUnresolved()) {
            throw new IOException("unknown host '" + socketAddress.getHostString() + "' in --metrics-bind-address");
        }
        try {
            return new MetricsEndpoint(HTTPServer.builder()
                    .inetAddress(socketAddress.getAddress())
                    .port(socketAddress.getPort())
                    .registry(registry)
                    .registerHealthHandler(false)
                    .defaultHandler(new HealthHandler(agent::isAlive, new Readiness(agent::tryOut, KEEP_TRIAL)))
                    .buildAndStart());
        } catch (IOException e) {
            throw new IOException(
                    "cannot serve metrics on " + socketAddress.getHostString() + ":" + socketAddress.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Says where the metrics are, if anywhere: the port may have been left to the kernel. */
    void announce() {
        if (server != null) {
            System.out.println("metrics on port " + server.getPort());
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
