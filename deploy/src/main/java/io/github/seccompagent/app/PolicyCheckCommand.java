package io.github.seccompagent.app;

import io.github.seccompagent.app.policy.PolicyCheck;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.util.List;

/** The command {@code policy check}: says what is wrong with policies. */
final class PolicyCheckCommand implements Command {
    private final CommandOptions options = CommonOptions.explaining().anywhere();

    @Override
    public String synopsis() {
        return "seccomp-agent policy check [OPTION]... FILE...";
    }

    @Override
    public String description() {
        return """
                Says what is wrong with policies, and where. An agent with --policy FILE refuses to start if FILE has an
                error, and an agent that runs goes on with the policy of before. The exit status is 0 if no finding is
                an error, 1 if one is, and 2 if something could not be read.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        if (arguments.isEmpty()) {
            throw new UsageException("no FILE: see 'seccomp-agent policy check --help'");
        }
        Report report = PolicyCheck.of(
                arguments.stream().map(CommandOptions::pathOfArgument).toList());
        CommonOptions.print(report, options);
        return report.status();
    }
}
