package io.github.seccompagent.runtime;

import java.time.Duration;
import java.util.Map;

/**
 * How an agent behaves. {@link SeccompAgent.Builder} says what each part means.
 *
 * @param maxInFlight the limit of handler calls at a time, in all
 * @param maxInFlightPerContainer the limit for one container
 * @param reserve how many of {@code maxInFlight} are kept for containers that have no call in flight
 * @param maxDelayed the limit of calls that take long or that handlers delay; these come on top of {@code maxInFlight}
 * @param maxStateBytes the limit of a container process state
 * @param maxStoredBytes the limit of what the keeper has of all containers
 * @param longestSilence after which time the keeper kills an agent that gives no sign of life; zero for never
 * @param resolverName the name of the resolver, for the log; empty if it has none
 */
record Configuration(
        int maxInFlight,
        int maxInFlightPerContainer,
        int reserve,
        int maxDelayed,
        int idleWorkers,
        int maxMountsPerContainer,
        int maxListeners,
        int maxStateBytes,
        int maxStoredBytes,
        Duration handlerTimeout,
        Duration resolverTimeout,
        Duration onBehalfTimeout,
        Duration handshakeTimeout,
        Duration shutdownGrace,
        Duration longestSilence,
        boolean strictPeers,
        Map<Integer, String> users,
        String resolverName) {

    static final Configuration DEFAULT = new Configuration(
            64,
            16,
            8,
            512,
            4,
            1000,
            16_384,
            1 << 20,
            64 << 20,
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(SeccompAgent.HANDSHAKE_TIMEOUT_SECONDS),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            false,
            Map.of(),
            "");
}
