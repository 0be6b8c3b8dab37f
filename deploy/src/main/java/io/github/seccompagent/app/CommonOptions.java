package io.github.seccompagent.app;

import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.resolver.NamedResolver;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that all commands have. */
final class CommonOptions {
    @Option(
            names = "--log",
            paramLabel = "LEVEL",
            description =
                    "How much to log, to standard error: trace, debug, info, warn or error. Default: ${DEFAULT-VALUE}")
    private Logging.Level level;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "How to log: plain, or json, one object a line. Default: ${DEFAULT-VALUE}")
    private Logging.Format format = Logging.Format.PLAIN;

    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    private boolean help;

    CommonOptions(Logging.Level defaultLevel) {
        level = defaultLevel;
    }

    void configureLogging() {
        Logging.configure(level, format);
    }

    static Resolver resolver(String name) {
        return NamedResolver.of(name)
                .orElseThrow(() -> new UsageException("unknown resolver '" + name + "': choose one of "
                        + Arrays.stream(NamedResolver.values())
                                .map(NamedResolver::cliName)
                                .collect(Collectors.joining(", "))))
                .resolver();
    }
}
