package io.github.seccompagent.app;

import io.github.seccompagent.app.control.Top;
import io.github.seccompagent.app.report.Terminal;
import java.time.Duration;
import java.util.List;

/** The command {@code top}: shows which calls the running agent answers most often. */
final class TopCommand implements Command {
    private static final String ONCE = "once";
    private static final String COUNT = "count";
    private static final String SECONDS = "seconds";
    private static final Duration USUAL = Duration.ofSeconds(1);

    private final CommandOptions options = ControlOptions.asking()
            .flag(ONCE, "Show one table and exit.")
            .value(COUNT, "N", "Show so many tables and exit")
            .value(SECONDS, "N", "How long each table counts. Default: 1");

    @Override
    public String synopsis() {
        return "seccomp-agent top [OPTION]...";
    }

    @Override
    public String description() {
        return """
                Shows each second which calls of which containers the running agent has answered most often, and how
                long they took: half of them at most P50, and 99 of 100 at most P99. On a terminal, each table
                replaces the one before. Needs root.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        ControlOptions.requireNone(arguments);
        boolean json = options.has(CommonOptions.JSON);
        boolean terminal = Terminal.isThere() && !json && !options.has(ONCE);
        new Top(System.out, json, terminal)
                .run(
                        ControlOptions.socket(options),
                        ControlOptions.seconds(options, SECONDS, USUAL),
                        options.has(ONCE) ? 1 : ControlOptions.count(options, COUNT));
        return 0;
    }
}
