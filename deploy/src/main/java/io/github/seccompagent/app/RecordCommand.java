package io.github.seccompagent.app;

import io.github.seccompagent.app.file.WholeFile;
import io.github.seccompagent.app.record.CommandRecorder;
import io.github.seccompagent.app.record.ContainerProfile;
import io.github.seccompagent.app.record.ContainerRuntime;
import io.github.seccompagent.app.record.Evidence;
import io.github.seccompagent.app.record.RecordOutput;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.helper.SmallContainer.LaunchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The command {@code record}: runs a program and makes a profile of its calls. The exit status is that of the program,
 * as with {@code run}, or 2 if a file could not be written.
 */
final class RecordCommand implements Command {
    private static final int NOT_STARTED = 125;

    private static final String OUTPUT = "output";
    private static final String EVIDENCE = "evidence";
    private static final String SIBLINGS = "siblings";
    private static final String RUNTIME = "runtime";
    private static final String UNDER = "under";
    private static final String ENFORCE = "enforce";
    private static final String CONTAINER = "container";
    private static final String SOCKET = "socketfile";

    private final CommandOptions options = CommonOptions.explaining()
            .value("o", OUTPUT, "FILE", "Where to write the profile.")
            .value(EVIDENCE, "FILE", "Where to write what was seen of each call, as JSON.")
            .flag(SIBLINGS, "Allow newer calls too that do the same as those that were seen.")
            .value(
                    RUNTIME,
                    "NAME",
                    "Allow what this runtime calls before it executes the program: "
                            + Arrays.stream(ContainerRuntime.values())
                                    .map(ContainerRuntime::toString)
                                    .collect(Collectors.joining(", "))
                            + ". Default: " + ContainerRuntime.NONE)
            .value(UNDER, "PROFILE", "Say what this profile refuses, how often, and to which program.")
            .flag(ENFORCE, "Really refuse what the profile of --under refuses. By default the calls go on.")
            .value(
                    CONTAINER,
                    "NAME",
                    "Run nothing. Write the profile with which an agent with --resolver=record records a container"
                            + " under this name.")
            .value(SOCKET, "PATH", "The agent's socket for --container. Default: " + AgentCommand.DEFAULT_SOCKET);

    @Override
    public String synopsis() {
        return """
                seccomp-agent record -o FILE [OPTION]... -- CMD...
                       seccomp-agent record --under PROFILE [OPTION]... -- CMD...
                       seccomp-agent record --container NAME [-o FILE]""";
    }

    @Override
    public String description() {
        return """
                Runs CMD, and writes the seccomp profile that allows what CMD and the programs that it starts have
                called. CMD runs in no container: it has the same root, user and environment as without this. Without
                CAP_SYS_ADMIN it gets no_new_privs, so setuid programs do not work. The recording ends with the last of
                these programs. SIGINT, SIGTERM and SIGHUP are handed on to CMD. The exit status is that of CMD, or 125
                if CMD could not be started, 126 if it could not be executed, 127 if it was not found.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> command) throws IOException, InterruptedException {
        if (options.has(CONTAINER)) {
            return writeContainerProfile(command);
        }
        if (command.isEmpty()) {
            throw new UsageException(
                    "CMD is missing: give a command to run, as in 'seccomp-agent record -o profile.json -- sh'");
        }
        RecordOutput output = new RecordOutput(file(OUTPUT), file(EVIDENCE), runtime(), options.has(SIBLINGS));
        if (output.profile().isEmpty()
                && output.evidence().isEmpty()
                && !options.has(UNDER)
                && !options.has(CommonOptions.JSON)) {
            throw new UsageException("nothing is asked for: give -o FILE, --evidence FILE, --under PROFILE or --json");
        }
        if (options.has(ENFORCE) && !options.has(UNDER)) {
            throw new UsageException("--enforce needs --under PROFILE");
        }
        output.requireWritable();
        CommandRecorder recorder = new CommandRecorder(
                file(UNDER).map(profile -> new CommandRecorder.Under(profile, options.has(ENFORCE))),
                note -> System.err.println("seccomp-agent: " + note));
        try {
            Evidence recorded = recorder.record(command, System.getenv());
            report(recorded, output);
            return recorded.exitStatus() == null ? NOT_STARTED : recorded.exitStatus();
        } catch (LaunchException e) {
            System.err.println("seccomp-agent: " + e.getMessage());
            return NOT_STARTED;
        }
    }

    private void report(Evidence recorded, RecordOutput output) throws IOException {
        output.write(recorded);
        if (options.has(CommonOptions.JSON)) {
            System.out.println(Report.json(recorded));
        } else {
            output.explain(recorded, System.err);
        }
    }

    private int writeContainerProfile(List<String> command) throws IOException {
        if (!command.isEmpty() || options.has(EVIDENCE) || options.has(UNDER)) {
            throw new UsageException("--container runs nothing: give it with -o and --socketfile only");
        }
        String profile = ContainerProfile.json(
                options.get(CONTAINER, ""),
                options.path(SOCKET, AgentCommand.DEFAULT_SOCKET).toString());
        WholeFile.writeOrPrint(file(OUTPUT), profile);
        return 0;
    }

    private Optional<Path> file(String option) {
        return options.has(option) ? Optional.of(options.path(option, "")) : Optional.empty();
    }

    private ContainerRuntime runtime() {
        String name = options.get(RUNTIME, ContainerRuntime.NONE.toString());
        return ContainerRuntime.named(name)
                .orElseThrow(() -> new UsageException(
                        "--runtime: '" + name + "' is not one of " + Arrays.toString(ContainerRuntime.values())));
    }
}
