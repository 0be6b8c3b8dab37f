package io.github.seccompagent.app;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.control.Filter;
import io.github.seccompagent.app.control.Trace;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The command {@code trace}: shows calls as the running agent answers them. */
final class TraceCommand extends AskingCommand {
    private static final String POD = "pod";
    private static final String CONTAINER = "container";
    private static final String CALL = "call";
    private static final String ANSWER = "answer";
    private static final String FOLLOW = "follow";
    private static final String SECONDS = "seconds";
    private static final String COUNT = "count";
    private static final Duration USUAL = Duration.ofSeconds(10);

    TraceCommand() {
        super(ControlOptions.asking()
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
                .flag(FOLLOW, "Go on until it is interrupted, also when the agent is started again.")
                .value(SECONDS, "N", "End after this time. Default: 10, unless --count or --follow is given")
                .value(COUNT, "N", "End after so many calls"));
    }

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
    void ask(Path socket, boolean json) {
        List<String> answers = ControlOptions.list(options(), ANSWER);
        answers.forEach(TraceCommand::requireAnswer);
        Filter filter = new Filter(
                ControlOptions.list(options(), CONTAINER),
                ControlOptions.list(options(), POD),
                ControlOptions.list(options(), CALL),
                answers);
        boolean follows = options().has(FOLLOW);
        boolean endless = follows || options().has(COUNT);
        Duration seconds = ControlOptions.seconds(options(), SECONDS, endless ? Duration.ZERO : USUAL);
        new Trace(System.out, json)
                .run(
                        socket,
                        filter,
                        seconds,
                        ControlOptions.count(options(), COUNT),
                        follows && seconds.isZero() ? Optional.of(System.err) : Optional.empty());
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
