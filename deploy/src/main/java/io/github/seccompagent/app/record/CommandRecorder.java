package io.github.seccompagent.app.record;

import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.helper.SmallContainer.LaunchException;
import io.github.seccompagent.linux.syscall.RecordFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command as it is run without this, and notes its calls and those of the programs that it starts. The recording
 * ends when the last of them has ended.
 */
public final class CommandRecorder {
    private static final long PATIENCE_MILLIS = 1000;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Consumer<String> notes;
    private final Recording recording = new Recording();
    private final AtomicReference<@Nullable String> interruption = new AtomicReference<>();
    private final @Nullable Refusals refusals;

    /**
     * What is judged besides.
     *
     * @param profile the file of a profile
     * @param enforced whether what it refuses is really refused
     */
    public record Under(Path profile, boolean enforced) {}

    /**
     * For one command.
     *
     * @param notes takes lines for the user
     * @throws io.github.seccompagent.app.report.UsageException if the profile cannot be read
     */
    public CommandRecorder(Optional<Under> under, Consumer<String> notes) {
        this.notes = notes;
        refusals = under.map(each ->
                        new Refusals(each.profile().toString(), ProfileRules.of(each.profile()), each.enforced()))
                .orElse(null);
    }

    /**
     * Runs the command to its end. SIGINT, SIGTERM and SIGHUP are handed on to it from then on.
     *
     * @throws LaunchException if it cannot be started
     */
    public Evidence record(List<String> command, Map<String, String> environment)
            throws LaunchException, InterruptedException {
        Instant started;
        int status;
        String failure;
        try (SmallContainer program =
                        SmallContainer.startHere(command, environment, RecordFilter.allBut(QuietCalls.OF_COMMANDS));
                RecordingLoop loop = new RecordingLoop(program.takeListener(), recording, refusals)) {
            started = Instant.now();
            TerminationSignals.handle((name, number) -> {
                interruption.compareAndSet(null, name);
                program.handOn(number);
            });
            status = program.await();
            if (program.signal() != 0) { // this process has perhaps not seen it yet
                interruption.compareAndSet(null, TerminationSignals.nameOf(program.signal()));
            }
            awaitOthers(program, loop);
            failure = loop.failure();
        }
        double seconds = Duration.between(started, Instant.now()).toMillis() / 1000.0;
        String reason = failure.isEmpty() ? reason(status) : "the recorder has failed: " + failure;
        return new Evidence(
                Evidence.VERSION,
                command.get(0),
                started.toString(),
                seconds,
                !reason.isEmpty(),
                reason,
                status,
                QuietCalls.OF_COMMANDS,
                recording.calls(),
                recording.omitted(),
                refusals == null ? null : refusals.evidence());
    }

    private String reason(int status) {
        String signal = interruption.get();
        if (signal != null) {
            return signal + " ended the recording";
        }
        return status > 128 && status <= 128 + 64 ? "signal " + (status - 128) + " ended the command" : "";
    }

    /** Waits for programs that the command has left behind. */
    private void awaitOthers(SmallContainer program, RecordingLoop loop) throws InterruptedException {
        boolean told = false;
        Instant end = Instant.MAX;
        while (!loop.awaitEnd(PATIENCE_MILLIS)) {
            if (interruption.get() != null && end.equals(Instant.MAX)) {
                left(program).forEach(ProcessHandle::destroy);
                end = Instant.now().plus(GRACE);
            } else if (Instant.now().isAfter(end)) {
                left(program).forEach(ProcessHandle::destroyForcibly); // without a recorder their calls would fail
                loop.awaitEnd(PATIENCE_MILLIS);
                return;
            } else if (!told) {
                notes.accept("the command has ended, but programs that it started still run. The recording ends with"
                        + " them: end them, or send SIGINT (Ctrl-C) for that");
                told = true;
            }
        }
    }

    private static Stream<ProcessHandle> left(SmallContainer program) {
        return ProcessHandle.of(program.parentPid()).stream().flatMap(ProcessHandle::descendants);
    }
}
