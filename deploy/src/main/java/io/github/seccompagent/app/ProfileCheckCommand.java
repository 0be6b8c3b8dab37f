package io.github.seccompagent.app;

import io.github.seccompagent.app.profile.ProfileCheck;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Path;
import java.util.List;

/** The command {@code profile check}: says what is wrong with profiles of seccomp. */
final class ProfileCheckCommand implements Command {
    private static final String ROOT = "root";
    private static final String OFFLINE = "offline";

    private final CommandOptions options = CommonOptions.explaining()
            .anywhere()
            .value(ROOT, "DIR", "Where the profiles are that pods name. Default: " + ProfileCheck.KUBELET)
            .flag(
                    OFFLINE,
                    "Do not look at this machine: whether somebody listens at listenerPath, and whether the profiles of"
                            + " pods are here.");

    @Override
    public String synopsis() {
        return "seccomp-agent profile check [OPTION]... FILE...";
    }

    @Override
    public String description() {
        return """
                Says what is wrong with profiles of seccomp, and where. A FILE is a profile of the OCI or of Docker, a
                config.json, a SeccompProfile of the Security Profiles Operator, or a manifest of pods with profiles.
                The exit status is 0 if no finding is an error, 1 if one is, and 2 if something could not be read.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        if (arguments.isEmpty()) {
            throw new UsageException("no FILE: see 'seccomp-agent profile check --help'");
        }
        List<Path> files =
                arguments.stream().map(CommandOptions::pathOfArgument).toList();
        Report report =
                ProfileCheck.of(files, options.path(ROOT, ProfileCheck.KUBELET.toString()), options.has(OFFLINE));
        CommonOptions.print(report, options);
        return report.status();
    }
}
