package io.github.seccompagent.app;

import io.github.seccompagent.app.file.WholeFile;
import io.github.seccompagent.app.profile.ProfileMerge;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The command {@code profile merge}: makes one profile of those of several runs. */
final class ProfileMergeCommand implements Command {
    private static final int MOST_NAMED = 10;
    private static final String OUTPUT = "output";

    private final CommandOptions options = CommonOptions.explaining()
            .value("o", OUTPUT, "FILE", "Where to write the profile. Default: standard output")
            .anywhere();

    @Override
    public String synopsis() {
        return "seccomp-agent profile merge [-o FILE] [OPTION]... A B...";
    }

    @Override
    public String description() {
        return """
                Makes one profile of several, which were recorded in several runs of a program, and prints it, or
                writes it to FILE as a whole. It does for each call what one of them does. On standard error, a line for
                each file says what only this file has. A and B are files as for 'profile check', with one profile each.
                If two of them contradict each other, the exit status is 2, and nothing is printed or written.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        if (arguments.size() < 2) {
            throw new UsageException("two or more files were expected: see 'seccomp-agent profile merge --help'");
        }
        ProfileMerge merge = ProfileMerge.of(
                arguments.stream().map(CommandOptions::pathOfArgument).toList());
        Optional<Path> output = options.has(OUTPUT) ? Optional.of(options.path(OUTPUT, "")) : Optional.empty();
        boolean json = options.has(CommonOptions.JSON);
        if (output.isPresent() || !json) {
            WholeFile.writeOrPrint(output, Report.json(merge.profile()) + "\n");
        }
        if (json) {
            System.out.println(Report.json(merge));
        } else {
            merge.runs().forEach(run -> System.err.println("seccomp-agent: " + Printable.of(words(run))));
        }
        if (System.out.checkError()) {
            throw new UsageException("standard output cannot be written to");
        }
        return 0;
    }

    private static String words(ProfileMerge.Run run) {
        Set<String> only = run.only();
        String named = String.join(", ", only.stream().limit(MOST_NAMED).toList());
        String more = only.size() > MOST_NAMED ? ", and " + (only.size() - MOST_NAMED) + " more" : "";
        return run.file() + ": " + run.calls() + " calls, " + only.size() + " of them in no other file"
                + (only.isEmpty() ? "" : ": " + named + more);
    }
}
