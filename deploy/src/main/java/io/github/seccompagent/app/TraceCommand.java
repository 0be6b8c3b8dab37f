package io.github.seccompagent.app;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.control.Filter;
import io.github.seccompagent.app.control.Trace;
import io.github.seccompagent.app.report.UsageException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The command {@code trace}: shows calls as the running agent answers them. */
final class TraceCommand implements Command {
    private static final String POD = "pod";
    private static final String CONTAINER = "container";
    private static final String CALL = "call";
    private static final String ANSWER = "answer";
    private static final String FOLLOW = "follow";
    private static final String SECONDS = "seconds";
    private static final String COUNT = "count";
    private static final Duration USUAL = Duration.ofSeconds(10);

    private final CommandOptions options = ControlOptions.asking()
            .value(CONTAINER, "ID", "Only containers whose id begins like this. May be repeated")
            .value(
                    POD,
                    "NAME",
                    "Only containers of this pod: POD, NAMESPACE/POD or NAMESPACE/POD/CONTAINER. May be repeated")
            .value(CALL, "LIST", "Only these calls, or families of calls, separated by commas")
            .value(
                    ANSWER,
                    "LIST",
                    "Only calls with these answers, separated by commas: names such as EPERM, or "
                            + String.join(", ", Filter.ANSWERS))
            .flag(FOLLOW, "Go on until it is interrupted.")
            .value(SECONDS, "N", "End after this time. Default: 10, unless --count or --follow is given")
            .value(COUNT, "N", "End after so many calls");

    @Override
    public String synopsis() {
        return "seccomp-agent trace [OPTION]...";
    }

    @Override
    public String description() {
        return """
                Shows the notified calls of all containers, as the running agent answers them: time, pod or container,
                thread, program, the call with its arguments, the answer, how long it took, and who made the answer.
                An argument that the handler has not read is an address. The options of mounts and the values of
                extended attributes are never shown. Needs root.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        ControlOptions.requireNone(arguments);
        List<String> answers = ControlOptions.list(options, ANSWER);
        answers.forEach(TraceCommand::requireAnswer);
        Filter filter = new Filter(
                ControlOptions.list(options, CONTAINER),
                ControlOptions.list(options, POD),
                ControlOptions.list(options, CALL),
                answers);
        boolean endless = options.has(FOLLOW) || options.has(COUNT);
        new Trace(System.out, options.has(CommonOptions.JSON))
                .run(
                        ControlOptions.socket(options),
                        filter,
                        ControlOptions.seconds(options, SECONDS, endless ? Duration.ZERO : USUAL),
                        ControlOptions.count(options, COUNT));
        return 0;
    }

    private static void requireAnswer(String word) {
        boolean known = Stream.concat(
                        Filter.ANSWERS.stream(), Stream.of(Errno.values()).map(Errno::name))
                .anyMatch(each -> each.toLowerCase(Locale.ROOT).equals(word.toLowerCase(Locale.ROOT)));
        if (!known) {
            throw new UsageException("--" + ANSWER + ": '" + word + "' is no name of an error, such as EPERM, and not "
                    + String.join(", ", Filter.ANSWERS));
        }
    }
}
