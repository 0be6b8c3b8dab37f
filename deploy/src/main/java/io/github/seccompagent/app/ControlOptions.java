package io.github.seccompagent.app;

import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The options of the commands that ask the running agent. */
final class ControlOptions {
    private static final String SOCKET = "socketfile";
    private static final int LONGEST_SECONDS = 1_000_000;

    private ControlOptions() {}

    static CommandOptions asking() {
        return CommonOptions.explaining()
                .value(
                        SOCKET,
                        "PATH",
                        "The socket of the agent that is asked, as it was given to the agent. Default: "
                                + AgentCommand.DEFAULT_SOCKET);
    }

    static Path socket(CommandOptions options) {
        return options.path(SOCKET, AgentCommand.DEFAULT_SOCKET);
    }

    static void requireNone(List<String> arguments) {
        if (!arguments.isEmpty()) {
            throw new UsageException("'" + arguments.get(0) + "' is not understood: this command has only options");
        }
    }

    /** The values of an option that may be repeated, or have several values with commas. */
    static List<String> list(CommandOptions options, String name) {
        return options.all(name).stream()
                .flatMap(each -> Arrays.stream(each.split(",")))
                .filter(each -> !each.isEmpty())
                .toList();
    }

    /** A number from 1 on; 0 if it is not given. */
    static int count(CommandOptions options, String name) {
        if (!options.has(name)) {
            return 0;
        }
        String text = options.get(name, "");
        try {
            int count = Integer.parseInt(text);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // the same message as for 0
        }
        throw new UsageException("--" + name + ": '" + text + "' is no number from 1 on");
    }

    /** A number of seconds, such as 0.5; {@code otherwise} if it is not given. */
    static Duration seconds(CommandOptions options, String name, Duration otherwise) {
        if (!options.has(name)) {
            return otherwise;
        }
        String text = options.get(name, "");
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0.1 && seconds <= LONGEST_SECONDS) {
                return Duration.ofMillis(Math.round(seconds * 1000));
            }
        } catch (NumberFormatException e) {
            // the same message
        }
        throw new UsageException(
                "--" + name + ": '" + text + "' is no number of seconds from 0.1 to " + LONGEST_SECONDS);
    }
}
