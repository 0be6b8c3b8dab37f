package io.github.seccompagent.app;

import io.github.seccompagent.runtime.Counter;
import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The agent's numbers for Prometheus, where they are wanted. */
final class MetricsEndpoint implements AutoCloseable {
    private static final String PREFIX = "seccompagent_";

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
        register(agent, registry);
        InetSocketAddress socketAddress = address.socketAddress();
        if (socketAddress.isUnresolved()) {
            throw new IOException("unknown host '" + socketAddress.getHostString() + "' in --metrics-bind-address");
        }
        try {
            return new MetricsEndpoint(HTTPServer.builder()
                    .inetAddress(socketAddress.getAddress())
                    .port(socketAddress.getPort())
                    .registry(registry)
                    .buildAndStart());
        } catch (IOException e) {
            throw new IOException(
                    "cannot serve metrics on " + socketAddress.getHostString() + ":" + socketAddress.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static void register(SeccompAgent agent, PrometheusRegistry registry) {
        for (Counter counter : Counter.values()) {
            String name = counter.name().toLowerCase(Locale.ROOT);
            CounterWithCallback.builder()
                    .name(PREFIX + name)
                    .help(name.replace('_', ' ') + " since the agent's start")
                    .callback(callback -> callback.call(agent.counters().get(counter)))
                    .register(registry);
        }
        GaugeWithCallback.builder()
                .name(PREFIX + "active_listeners")
                .help("listeners that are served now")
                .callback(callback -> callback.call(agent.activeListeners()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(PREFIX + "calls_in_flight")
                .help("notified calls that are being handled now")
                .callback(callback -> callback.call(agent.callsInFlight()))
                .register(registry);
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
