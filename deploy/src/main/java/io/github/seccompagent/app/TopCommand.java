package io.github.seccompagent.app;

import io.github.seccompagent.app.control.Top;
import io.github.seccompagent.app.report.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The command {@code top}: shows which calls the running agent answers most often. */
final class TopCommand extends AskingCommand {
    private static final String ONCE = "once";
    private static final String COUNT = "count";
    private static final String SECONDS = "seconds";
    private static final Duration USUAL = Duration.ofSeconds(1);

    TopCommand() {
        super(ControlOptions.asking()
                .flag(ONCE, "Show one table and exit.")
                .value(COUNT, "N", "Show so many tables and exit")
                .value(SECONDS, "N", "How long each table counts. Default: 1"));
    }

    @Override
    public String synopsis() {
        return "seccomp-agent top [OPTION]...";
    }

    @Override
    public String description() {
        return """
                Shows each second which calls of which containers the running agent has answered most often, and how
                long they took: half of them at most P50, and 99 of 100 at most P99. On a terminal, each table
                replaces the one before. If the agent is started again, this goes on with the next one, unless --once
                or --count is given. Needs root.""";
    }

    @Override
    void ask(Path socket, boolean json) {
        boolean terminal = Terminal.isThere() && !json && !options().has(ONCE);
        int count = options().has(ONCE) ? 1 : ControlOptions.count(options(), COUNT);
        new Top(System.out, json, terminal)
                .run(
                        socket,
                        ControlOptions.seconds(options(), SECONDS, USUAL),
                        count,
                        count == 0 ? Optional.of(System.err) : Optional.empty());
    }
}
