package io.github.seccompagent.app;

import io.github.seccompagent.app.e2e.bench.BenchedHandlers;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The agent for the benchmark, with the middleware "prometheus". */
final class BenchedMiddleware {
    private BenchedMiddleware() {}

    /** Argument: the path of the socket. */
    public static void main(String... args) throws Exception {
        BenchedHandlers.run(args[0], new RequestDurations(new PrometheusRegistry()).ofNamespace("default"));
    }
}
