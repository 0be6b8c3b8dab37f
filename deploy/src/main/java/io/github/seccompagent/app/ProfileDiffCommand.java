package io.github.seccompagent.app;

import io.github.seccompagent.app.profile.ProfileDiff;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.util.List;

/** The command {@code profile diff}: says how two profiles differ in what they do. */
final class ProfileDiffCommand implements Command {
    private final CommandOptions options = CommonOptions.explaining().anywhere();

    @Override
    public String synopsis() {
        return "seccomp-agent profile diff [OPTION]... A B";
    }

    @Override
    public String description() {
        return """
                Says how two profiles of seccomp differ in what they do: a line for each call or field. A and B are
                files as for 'profile check', with one profile each. The exit status is 0 if they do the same, 1 if not,
                and 2 if one cannot be read.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        if (arguments.size() != 2) {
            throw new UsageException("two files were expected: see 'seccomp-agent profile diff --help'");
        }
        ProfileDiff diff = ProfileDiff.of(
                CommandOptions.pathOfArgument(arguments.get(0)), CommandOptions.pathOfArgument(arguments.get(1)));
        if (options.has(CommonOptions.JSON)) {
            System.out.println(Report.json(diff));
        } else {
            diff.differences().forEach(each -> System.out.println(Printable.of(each.toString())));
        }
        return diff.differences().isEmpty() ? 0 : 1;
    }
}
