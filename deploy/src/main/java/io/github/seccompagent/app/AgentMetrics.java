package io.github.seccompagent.app;

import io.github.seccompagent.runtime.Counter;
import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The agent's metrics for Prometheus. Values are read when somebody asks for them. */
final class AgentMetrics {
    private static final String PREFIX = "seccompagent_";

    /** The counters of things that went wrong. They share one metric, with the reason as its label. */
    private static final Set<Counter> ERRORS = EnumSet.of(
            Counter.REFUSED_PEERS,
            Counter.BAD_STATES,
            Counter.LISTENER_LIMIT_HITS,
            Counter.STATE_LIMIT_HITS,
            Counter.NOT_KEPT,
            Counter.RESOLVER_ERRORS,
            Counter.RESOLVER_TIMEOUTS,
            Counter.HANDLER_ERRORS,
            Counter.HANDLER_TIMEOUTS,
            Counter.STUCK_HANDLERS,
            Counter.REFUSED_CALLS,
            Counter.SEND_ERRORS,
            Counter.ON_BEHALF_ERRORS,
            Counter.ACTION_ERRORS,
            Counter.MISSING_CAPABILITIES,
            Counter.MOUNT_LIMIT_HITS,
            Counter.CALLS_LOST_BY_RESTART);

    private AgentMetrics() {}

    static void register(SeccompAgent agent, PrometheusRegistry registry) {
        CounterWithCallback.builder()
                .name(PREFIX + "errors")
                .help("what went wrong since the agent's start, by reason")
                .labelNames("reason")
                .callback(callback ->
                        ERRORS.forEach(error -> callback.call(agent.counters().get(error), name(error))))
                .register(registry);
        for (Counter counter : EnumSet.complementOf(EnumSet.copyOf(ERRORS))) {
            CounterWithCallback.builder()
                    .name(PREFIX + name(counter))
                    .help(name(counter).replace('_', ' ') + " since the agent's start")
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
        GaugeWithCallback.builder()
                .name(PREFIX + "calls_in_flight_limit")
                .help("how many notified calls may be handled at a time")
                .callback(callback -> callback.call(agent.callsInFlightLimit()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(PREFIX + "calls_delayed")
                .help("calls in flight that their handlers delay, or that take long")
                .callback(callback -> callback.call(agent.callsDelayed()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(PREFIX + "hung_workers")
                .help("workers that were killed but do not end, not counting a few of each container")
                .callback(callback -> callback.call(agent.hungWorkers()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(PREFIX + "containers")
                .help("containers that have listeners now, by what the agent does with them")
                .labelNames("state")
                .callback(callback -> agent.containers().forEach((state, count) -> callback.call(count, name(state))))
                .register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
