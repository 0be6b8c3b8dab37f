package io.github.seccompagent.app;

import io.github.seccompagent.app.make.MadeProfile;
import io.github.seccompagent.app.make.RuntimeDefault;
import io.github.seccompagent.app.make.Understood;
import io.github.seccompagent.app.policy.PolicyFile;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.GrantNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The command {@code profile make}: makes the profile of containers that have grants. */
final class ProfileMakeCommand implements Command {
    private static final String GRANTS = "grants";
    private static final String POLICY = "policy";
    private static final String BASE = "base";
    private static final String RUNTIME_DEFAULT = "runtime-default";
    private static final String CAPABILITIES = "capabilities";
    private static final String SOCKET = "socketfile";
    private static final String WAIT_KILLABLE = "wait-killable";
    private static final String OUTPUT = "output";

    private final CommandOptions options = CommonOptions.explaining()
            .anywhere()
            .value(GRANTS, "NAME,NAME", "The grants that the containers ask for.")
            .value(POLICY, "FILE", "The policy that has the grants.")
            .value(
                    BASE,
                    "NAME|FILE",
                    "The profile that the containers would have otherwise: " + RUNTIME_DEFAULT + ", which is that of "
                            + RuntimeDefault.CONTAINERD + ", or " + String.join(", ", RuntimeDefault.names())
                            + ", unconfined, or a file as for 'profile check'. Default: " + RUNTIME_DEFAULT)
            .value(
                    CAPABILITIES,
                    "CAP,CAP",
                    "The containers' bounding set, which rules of the base can ask for. Default: what runtimes give")
            .value(SOCKET, "PATH", "The agent's socket. Default: " + AgentCommand.DEFAULT_SOCKET)
            .flag(
                    WAIT_KILLABLE,
                    "The OCI runtime knows SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, so that signals do not interrupt"
                            + " notified calls. 'seccomp-agent doctor' says if it does.")
            .value("o", OUTPUT, "FILE", "Where to write the profile. Default: standard output");

    @Override
    public String synopsis() {
        return "seccomp-agent profile make --grants NAME[,NAME] --policy FILE [OPTION]...";
    }

    @Override
    public String description() {
        return """
                Makes the profile of containers that have grants, and prints it: it notifies the calls that the grants
                need, and does with all others what the base does. It is what an agent with --nri gives to pods. Use it
                where there is no NRI: name its file in a pod, or in 'podman run --security-opt seccomp=FILE'. Who may
                use the grants is decided when a container starts, by the agent's policy.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        if (!arguments.isEmpty()) {
            throw new UsageException("'" + arguments.get(0) + "' is too much: see 'seccomp-agent profile make --help'");
        }
        MadeProfile made = MadeProfile.of(
                PolicyFile.usable(options.path(required(POLICY), "")),
                grants(),
                base(),
                options.path(SOCKET, AgentCommand.DEFAULT_SOCKET)
                        .toAbsolutePath()
                        .normalize()
                        .toString(),
                Understood.OF_FILES.withWaitKillable(options.has(WAIT_KILLABLE)));
        write(Report.json(options.has(CommonOptions.JSON) ? made : made.profile()) + "\n");
        if (!options.has(CommonOptions.JSON)) {
            made.notes().forEach(note -> System.err.println("seccomp-agent: " + Printable.of(note)));
        }
        return 0;
    }

    private String required(String option) {
        if (!options.has(option)) {
            throw new UsageException("--" + option + " is missing: see 'seccomp-agent profile make --help'");
        }
        return option;
    }

    private Set<String> grants() {
        try {
            return GrantNames.parse(options.get(required(GRANTS), ""));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--" + GRANTS + ": " + e.getMessage());
        }
    }

    private MadeProfile.Base base() {
        String name = options.get(BASE, RUNTIME_DEFAULT);
        return MadeProfile.Base.named(
                name.equals(RUNTIME_DEFAULT) ? RuntimeDefault.CONTAINERD.toString() : name,
                options.get(CAPABILITIES, ""));
    }

    private void write(String text) {
        if (!options.has(OUTPUT)) {
            System.out.print(text);
            if (System.out.checkError()) {
                throw new UsageException("standard output cannot be written to");
            }
            return;
        }
        Path file = options.path(OUTPUT, "");
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UsageException(file + ": it cannot be written: " + e.getMessage());
        }
    }
}
