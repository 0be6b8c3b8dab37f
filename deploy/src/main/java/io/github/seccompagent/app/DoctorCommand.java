package io.github.seccompagent.app;

import io.github.seccompagent.app.doctor.Doctor;
import io.github.seccompagent.app.profile.ProfileCheck;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.Terminal;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command {@code doctor}: says what keeps an agent or its containers from working. */
final class DoctorCommand implements Command {
    private static final String DEFAULT_METRICS = "127.0.0.1:9810";

    private static final String SOCKET = "socketfile";
    private static final String METRICS = "metrics-address";
    private static final String PROFILE = "profile";

    private final CommandOptions options = CommonOptions.explaining()
            .value(SOCKET, "PATH", "The socket of the agent. Default: " + AgentCommand.DEFAULT_SOCKET)
            .value(
                    METRICS,
                    "HOST:PORT",
                    "Where the agent serves its metrics, its --metrics-bind-address. Default: " + DEFAULT_METRICS)
            .value(PROFILE, "FILE", "A profile to check too, as 'profile check' does.");

    @Override
    public String synopsis() {
        return "seccomp-agent doctor [OPTION]...";
    }

    @Override
    public String description() {
        return """
                Looks at this machine and at a running agent, and says what keeps containers from working, why it
                matters and what to do. It tries the kernel in processes that end, hands over a listener to the agent
                as a container runtime does, and leaves everything as it was. The exit status is 0 if all is well, 1 if
                something does not work, 2 if something could not be looked at.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        if (!arguments.isEmpty()) {
            throw new UsageException(
                    "doctor takes no argument '" + arguments.get(0) + "': see 'seccomp-agent doctor --help'");
        }
        Path socket = options.path(SOCKET, AgentCommand.DEFAULT_SOCKET);
        BindAddress metrics = BindAddress.parse("--" + METRICS, options.get(METRICS, DEFAULT_METRICS));
        Path profile = options.has(PROFILE) ? options.path(PROFILE, "") : null;
        if (profile != null && !Files.isReadable(profile)) {
            throw new UsageException("--" + PROFILE + ": '" + profile + "' cannot be read: name a profile");
        }
        Report report = new Doctor(socket, metrics.socketAddress(), options.has(METRICS)).examine();
        if (profile != null) {
            ProfileCheck.of(List.of(profile), ProfileCheck.KUBELET, false)
                    .findings()
                    .forEach(report::add);
        }
        print(report);
        return report.status();
    }

    private void print(Report report) {
        if (options.has(CommonOptions.JSON)) {
            report.printJson(System.out);
            return;
        }
        report.print(System.out, Terminal.hasColours());
        System.out.println("\nerrors: " + count(report, Severity.ERROR) + ", warnings: "
                + count(report, Severity.WARNING) + ", not looked at: " + count(report, Severity.UNKNOWN));
    }

    private static long count(Report report, Severity severity) {
        return report.findings().stream()
                .filter(each -> each.severity() == severity)
                .count();
    }
}
