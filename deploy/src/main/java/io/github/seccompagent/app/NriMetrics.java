package io.github.seccompagent.app;

import io.github.seccompagent.app.nri.NriObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;

/** The metrics of what the agent does as a plugin of a runtime. */
final class NriMetrics implements NriObserver {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Histogram created;
    private final Gauge connected;
    private final Counter unhonoured;
    private final Gauge unhonouredNow;

    NriMetrics(PrometheusRegistry registry) {
        created = Histogram.builder()
                .name("seccompagent_nri_create_duration_seconds")
                .help("how long the agent took to answer about containers that were being created, by what they got")
                .labelNames("result")
                .classicOnly()
                .classicUpperBounds(0.5e-3, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.5, 1, 2)
                .register(registry);
        for (Result result : Result.values()) {
            created.initLabelValues(name(result));
        }
        connected = Gauge.builder()
                .name("seccompagent_nri_connected")
                .help("1 if a runtime asks the agent about its containers")
                .register(registry);
        unhonoured = Counter.builder()
                .name("seccompagent_nri_unhonoured_containers")
                .help("containers that ran without the grants that their pods ask for, since the agent's start")
                .register(registry);
        unhonouredNow = Gauge.builder()
                .name("seccompagent_nri_unhonoured_containers_now")
                .help("containers that run without the grants that their pods ask for")
                .register(registry);
    }

    private static String name(Result result) {
        return result.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void created(Result result, Duration time) {
        created.labelValues(name(result)).observe(time.toNanos() / NANOS_PER_SECOND);
    }

    @Override
    public void connected(boolean isUp) {
        connected.set(isUp ? 1 : 0);
    }

    @Override
    public void unhonoured() {
        unhonoured.inc();
    }

    @Override
    public void unhonouredNow(int count) {
        unhonouredNow.set(count);
    }
}
