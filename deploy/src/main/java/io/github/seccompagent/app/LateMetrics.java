package io.github.seccompagent.app;

import io.github.seccompagent.runtime.Keeper;
import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the metrics as soon as their port can be had. Between two agents anybody can take the port. Containers of the
 * agent before must not wait for it.
 */
final class LateMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LateMetrics.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final BindAddress address;
    private final PrometheusRegistry registry;
    private final SeccompAgent agent;
    private final Falco falco;
    private final Thread thread = new Thread(this::run, "late-metrics");
    private @Nullable MetricsEndpoint endpoint; // guarded by this
    private boolean closed; // guarded by this

    private LateMetrics(BindAddress address, PrometheusRegistry registry, SeccompAgent agent, Falco falco) {
        this.address = address;
        this.registry = registry;
        this.agent = agent;
        this.falco = falco;
    }

    /** Null if there is nothing to bind, or if it cannot be bound now and an agent has served before this one. */
    static @Nullable ServerSocketChannel bind(@Nullable BindAddress metrics, Keeper keeper) throws IOException {
        try {
            return MetricsEndpoint.bind(metrics);
        } catch (IOException e) {
            if (!keeper.hasServed()) {
                throw e;
            }
            LOG.error("{}; this is tried again each second", e.getMessage());
            return null;
        }
    }

    /** Begins to try. */
    static LateMetrics start(BindAddress address, PrometheusRegistry registry, SeccompAgent agent, Falco falco) {
        LateMetrics late = new LateMetrics(address, registry, agent, falco);
        late.thread.setDaemon(true);
        late.thread.start();
        return late;
    }

    private void run() {
        try {
            do {
                Thread.sleep(PAUSE.toMillis());
            } while (!tryToServe());
        } catch (InterruptedException e) {
            LOG.debug("the metrics are not served any more");
        }
    }

    private synchronized boolean tryToServe() {
        if (closed) {
            return true;
        }
        ServerSocketChannel bound;
        try {
            bound = MetricsEndpoint.bind(address);
        } catch (IOException e) {
            LOG.debug("{}", e.getMessage());
            return false;
        }
        try {
            endpoint = MetricsEndpoint.start(bound, registry, agent, falco);
            if (endpoint != null) {
                endpoint.announce();
            }
        } catch (IOException e) {
            LOG.error("the metrics are not served: {}", e.getMessage());
        }
        return true;
    }

    @Override
    public void close() {
        thread.interrupt();
        synchronized (this) {
            closed = true;
            if (endpoint != null) {
                endpoint.close();
            }
        }
    }
}
