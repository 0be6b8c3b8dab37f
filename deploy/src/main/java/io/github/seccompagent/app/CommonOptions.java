package io.github.seccompagent.app;

import io.github.seccompagent.api.Resolver;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The options that all commands have. */
final class CommonOptions {
    static final String HELP = "help";

    private static final String LOG = "log";
    private static final String LOG_FORMAT = "log-format";
    private static final String RESOLVER = "resolver";

    private CommonOptions() {}

    static CommandOptions with(String defaultResolver, Logging.Level defaultLevel) {
        return new CommandOptions()
                .flag(HELP, "Show this and exit.")
                .value(
                        LOG,
                        "LEVEL",
                        "How much to log, to standard error: " + listed(Logging.Level.values()) + ". Default: "
                                + defaultLevel)
                .value(
                        LOG_FORMAT,
                        "FORMAT",
                        "How to log: plain, or json, one object a line. Default: " + Logging.Format.PLAIN)
                .value(
                        RESOLVER,
                        "NAME",
                        "Who chooses the handlers of a container: " + String.join(", ", Resolvers.names())
                                + ". Default: " + defaultResolver);
    }

    static void configureLogging(CommandOptions options, Logging.Level defaultLevel) {
        Logging.configure(
                choice(LOG, options.get(LOG, defaultLevel.toString()), Logging.Level.values()),
                choice(LOG_FORMAT, options.get(LOG_FORMAT, Logging.Format.PLAIN.toString()), Logging.Format.values()));
    }

    private static <T> T choice(String option, String value, T[] choices) {
        return Arrays.stream(choices)
                .filter(each -> each.toString().equals(value.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () -> new UsageException("--" + option + ": '" + value + "' is not one of " + listed(choices)));
    }

    static Resolver resolver(CommandOptions options, String defaultResolver, PrometheusRegistry metrics) {
        return Resolvers.named(options.get(RESOLVER, defaultResolver), metrics);
    }

    private static String listed(Object[] choices) {
        return Arrays.stream(choices).map(Object::toString).collect(Collectors.joining(", "));
    }
}
