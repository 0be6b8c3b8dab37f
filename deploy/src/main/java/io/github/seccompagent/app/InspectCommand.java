package io.github.seccompagent.app;

import io.github.seccompagent.app.inspect.Inspection;
import io.github.seccompagent.app.report.UsageException;
import java.util.List;

/** The command {@code inspect}: what seccomp does with each call of a process or container. */
final class InspectCommand implements Command {
    private static final String AGAINST = "against";
    private static final String RUNTIME_ROOT = "runtime-root";

    private final CommandOptions options = CommonOptions.explaining()
            .anywhere()
            .value(
                    AGAINST,
                    "PID|CONTAINER|FILE",
                    "Print only what another process or container, or a profile in a file, does differently.")
            .value(
                    RUNTIME_ROOT,
                    "DIR",
                    "Where a runtime notes its containers, in a folder for each. May be repeated. Default: those of"
                            + " runc, crun, containerd and Docker");

    @Override
    public String synopsis() {
        return "seccomp-agent inspect [OPTION]... PID|CONTAINER";
    }

    @Override
    public String description() {
        return """
                Prints what seccomp does with each call of a process or container, by every ABI: allow, errno, notify,
                log, trace, trap, kill, and with which arguments. It reads the filters that the kernel holds, and makes
                no call. For that the process stops for about a millisecond. CONTAINER is an id, the beginning of
                one, or a name. The exit status is 0, or 1 if what was compared is not the same, or 2 if the kernel did
                not show the filters.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) throws InterruptedException {
        if (arguments.size() != 1) {
            throw new UsageException(
                    arguments.isEmpty()
                            ? "PID or CONTAINER is missing: name one, as in 'seccomp-agent inspect 1234'"
                            : "one PID or CONTAINER is enough: '" + arguments.get(1) + "' is one more");
        }
        return new Inspection(arguments.get(0), options.get(AGAINST, ""), options.all(RUNTIME_ROOT))
                .print(System.out, options.has(CommonOptions.JSON));
    }
}
