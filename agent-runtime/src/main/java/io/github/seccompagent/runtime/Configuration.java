package io.github.seccompagent.runtime;

import java.time.Duration;
import java.util.Map;

/**
 * How an agent behaves; {@link SeccompAgent.Builder} says what each part means.
 *
 * @param maxInFlight handler calls at a time, in all
 * @param maxInFlightPerContainer handler calls at a time, of one container
 * @param reserve how many of the first are kept for containers that have none in flight
 * @param maxDelayed calls that take long, or that handlers make to wait, at a time, besides
 */
record Configuration(
        int maxInFlight,
        int maxInFlightPerContainer,
        int reserve,
        int maxDelayed,
        int idleWorkers,
        int maxMountsPerContainer,
        Duration handlerTimeout,
        Duration onBehalfTimeout,
        Duration handshakeTimeout,
        Duration shutdownGrace,
        boolean strictPeers,
        Map<Integer, String> users) {

    static final Configuration DEFAULT = new Configuration(
            64,
            16,
            8,
            512,
            4,
            1000,
            Duration.ofMinutes(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(SeccompAgent.HANDSHAKE_TIMEOUT_SECONDS),
            Duration.ofSeconds(5),
            false,
            Map.of());
}
