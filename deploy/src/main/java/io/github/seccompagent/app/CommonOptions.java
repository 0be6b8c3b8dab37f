package io.github.seccompagent.app;

import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.app.record.RecordResolver;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Terminal;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.peer.ListeningSocket;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The options that all commands share. */
final class CommonOptions {
    static final String HELP = "help";
    static final String VERSION = "version";
    static final String JSON = "json";

    private static final String LOG = "log";
    private static final String LOG_FORMAT = "log-format";
    static final String RESOLVER = "resolver";
    private static final String FALCO_SOCKET = "falco-socket";
    private static final String DEFAULT_FALCO_SOCKET =
            "/run/seccomp-agent-falco-plugin/seccomp-agent-falco-plugin.sock";

    private static final String RECORD_DIR = "record-dir";
    private static final String DEFAULT_RECORD_DIR = "/var/lib/seccomp-agent/records";

    private CommonOptions() {}

    /** Those of a command that explains something. */
    static CommandOptions explaining() {
        return basic().flag(
                        JSON,
                        "Print JSON, as the command's page in deploy/reference describes it, and no text for people.");
    }

    /** Prints findings as the options say. */
    static void print(Report report, CommandOptions options) {
        if (options.has(JSON)) {
            report.printJson(System.out);
        } else {
            report.print(System.out, Terminal.hasColours());
        }
    }

    private static CommandOptions basic() {
        return new CommandOptions().flag(HELP, "Show this and exit.").flag(VERSION, "Show the version and exit.");
    }

    static CommandOptions with(String defaultResolver, Logging.Level defaultLevel) {
        return basic().value(
                        LOG,
                        "LEVEL",
                        "How much to log to standard error: " + listed(Logging.Level.values()) + ". Default: "
                                + defaultLevel)
                .value(
                        LOG_FORMAT,
                        "FORMAT",
                        "How to log: plain, or json with one object per line. Default: " + Logging.Format.PLAIN)
                .value(
                        RESOLVER,
                        "NAME",
                        "The resolver, which chooses the handlers of a container: "
                                + String.join(", ", Resolvers.names()) + ". Default: " + defaultResolver)
                .value(
                        FALCO_SOCKET,
                        "PATH",
                        "The socket of Falco's plugin, for the resolver falco and for MIDDLEWARE=falco. Default: "
                                + DEFAULT_FALCO_SOCKET)
                .value(
                        RECORD_DIR,
                        "DIR",
                        "Where the resolver record writes profiles. With another resolver, containers whose profile"
                                + " has RECORD=NAME are recorded if this is given. Default for the resolver record: "
                                + DEFAULT_RECORD_DIR);
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

    /** Creates what {@link #resolver} needs. Close it after the agent. */
    static Falco falco(CommandOptions options) {
        Path socket = options.path(FALCO_SOCKET, DEFAULT_FALCO_SOCKET);
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > ListeningSocket.SUN_PATH_MAX) {
            throw new UsageException("--" + FALCO_SOCKET + ": '" + socket
                    + "' cannot be the path of a socket: it must have 1 to " + ListeningSocket.SUN_PATH_MAX + " bytes");
        }
        return new Falco(socket);
    }

    static Resolver resolver(CommandOptions options, String defaultResolver, Falco falco, PrometheusRegistry metrics) {
        Path records = options.path(RECORD_DIR, DEFAULT_RECORD_DIR);
        Resolver named = Resolvers.named(options.get(RESOLVER, defaultResolver), falco, records, metrics);
        return options.has(RECORD_DIR) && !(named instanceof RecordResolver)
                ? new RecordResolver(records, named)
                : named;
    }

    private static String listed(Object[] choices) {
        return Arrays.stream(choices).map(Object::toString).collect(Collectors.joining(", "));
    }
}
