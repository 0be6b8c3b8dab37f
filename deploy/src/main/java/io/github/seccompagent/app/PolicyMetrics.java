package io.github.seccompagent.app;

import io.github.seccompagent.app.policy.PolicyWatch;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The metrics of a policy in a file. */
final class PolicyMetrics {
    private static final double MILLIS = 1000;

    private PolicyMetrics() {}

    static void register(PolicyWatch watch, PrometheusRegistry registry) {
        CounterWithCallback.builder()
                .name("seccompagent_policy_reloads")
                .help("new versions of the policy since the agent's start, by what became of them")
                .labelNames("result")
                .callback(callback -> {
                    callback.call(watch.loads(), "loaded");
                    callback.call(watch.refusals(), "refused");
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("seccompagent_policy_loaded_timestamp_seconds")
                .help("since when the present policy is used, by the beginning of its SHA-256")
                .labelNames("sha256")
                .callback(callback -> {
                    PolicyWatch.Version present = watch.present();
                    callback.call(present.since().toEpochMilli() / MILLIS, present.hash());
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("seccompagent_policy_stale")
                .help("1 if the file is no policy now, so that an older version is used")
                .callback(callback -> callback.call(watch.isStale() ? 1 : 0))
                .register(registry);
    }
}
