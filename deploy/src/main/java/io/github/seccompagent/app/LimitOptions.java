package io.github.seccompagent.app;

import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.GoDuration;
import io.github.seccompagent.runtime.SeccompAgent;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/** The options that limit what the agent does for others, and for how long. */
final class LimitOptions {
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(1);

    private static final List<Limit> ALL = List.of(
            time(
                    "handshake-timeout",
                    "How long a connection may take to send its container process state, such as 500ms, 30s or 1m30s",
                    SeccompAgent.HANDSHAKE_TIMEOUT_SECONDS + "s",
                    SeccompAgent.Builder::handshakeTimeout),
            time(
                    "resolver-timeout",
                    "How long a container waits for its resolver. After that, its calls fail with EPERM until"
                            + " the resolver"
                            + " answers",
                    "30s",
                    SeccompAgent.Builder::resolverTimeout),
            time(
                    "handler-timeout",
                    "How long a handler may take before its call fails with ETIMEDOUT. Delays, and opens that"
                            + " wait, do not"
                            + " count",
                    "10m",
                    SeccompAgent.Builder::handlerTimeout),
            time(
                    "on-behalf-timeout",
                    "How long a call on behalf may take before it fails with ETIMEDOUT. Opens may wait as long as their"
                            + " caller does",
                    "1m",
                    SeccompAgent.Builder::onBehalfTimeout),
            new Limit(
                    "watchdog-timeout",
                    "DURATION",
                    "After which time a keeper kills an agent that gives no sign of life, and starts the next"
                            + " one. 0 for"
                            + " never. Default: 10s",
                    LimitOptions::setSilence),
            number(
                    "max-listeners",
                    "How many listeners are served at a time. One more is closed",
                    "16384",
                    SeccompAgent.Builder::maxListeners),
            number(
                    "max-calls",
                    "How many calls are handled at a time. Eight times as many may be delayed, or take long."
                            + " Others wait",
                    "64",
                    SeccompAgent.Builder::maxInFlight),
            number(
                    "max-calls-per-container",
                    "How many of those one container may have",
                    "a quarter of --max-calls",
                    SeccompAgent.Builder::maxInFlightPerContainer),
            number(
                    "max-mounts-per-container",
                    "How many granted mounts a container may have at a time. One more fails with ENOSPC",
                    "1000",
                    SeccompAgent.Builder::maxMountsPerContainer),
            number(
                    "max-state-bytes",
                    "How long a container process state may be. A longer one is refused",
                    "1048576",
                    SeccompAgent.Builder::maxStateBytes),
            number(
                    "max-stored-bytes",
                    "How much a keeper keeps of all containers. A container past that is served, and lost if"
                            + " the agent is"
                            + " killed",
                    "67108864",
                    SeccompAgent.Builder::maxStoredBytes));

    private LimitOptions() {}

    /** An option that gives its value to the builder, which throws IllegalArgumentException if it is out of range. */
    private record Limit(
            String name, String kind, String description, BiConsumer<SeccompAgent.Builder, String> setter) {}

    private static Limit time(
            String name, String description, String usual, BiConsumer<SeccompAgent.Builder, Duration> setter) {
        return new Limit(
                name,
                "DURATION",
                description + ". Default: " + usual,
                (builder, text) -> setter.accept(builder, duration(text)));
    }

    private static Duration duration(String text) {
        Duration time = GoDuration.parse(text);
        if (time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is not more than 0 and at most 24h");
        }
        return time;
    }

    private static void setSilence(SeccompAgent.Builder builder, String text) {
        Duration time = GoDuration.parse(text);
        if (!time.isZero() && time.compareTo(SHORTEST_SILENCE) < 0 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is neither 0 nor between 1s and 24h");
        }
        builder.longestSilence(time);
    }

    private static Limit number(
            String name, String description, String usual, BiConsumer<SeccompAgent.Builder, Integer> setter) {
        return new Limit(
                name, "N", description + ". Default: " + usual, (builder, text) -> setter.accept(builder, count(text)));
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no number up to " + Integer.MAX_VALUE, e);
        }
    }

    static CommandOptions addTo(CommandOptions options) {
        ALL.forEach(limit -> options.value(limit.name, limit.kind, limit.description));
        return options;
    }

    /** Gives what was asked for to an agent's builder. */
    static void apply(CommandOptions options, SeccompAgent.Builder builder) {
        ALL.stream().filter(limit -> options.has(limit.name)).forEach(limit -> {
            try {
                limit.setter.accept(builder, options.get(limit.name, ""));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--" + limit.name + ": " + e.getMessage());
            }
        });
    }
}
