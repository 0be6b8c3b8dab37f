package io.github.seccompagent.app;

import io.github.seccompagent.app.file.WholeFile;
import io.github.seccompagent.app.record.Minimiser;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/** The command {@code profile minimise}: takes out of a profile what was never seen. */
final class ProfileMinimiseCommand implements Command {
    private static final String OUTPUT = "output";

    private final CommandOptions options = CommonOptions.explaining()
            .value("o", OUTPUT, "FILE", "Where to write the smaller profile. Default: standard output");

    private record Changes(NavigableSet<String> removed, NavigableSet<String> missing) {}

    @Override
    public String synopsis() {
        return "seccomp-agent profile minimise [-o FILE] PROFILE EVIDENCE...";
    }

    @Override
    public String description() {
        return """
                Takes calls and architectures out of an OCI profile that no EVIDENCE has seen. EVIDENCE is a file that
                'record' has written with --evidence. Rules that refuse, and conditions on arguments, stay. Calls that
                were seen, and that the profile does not allow, are named. The exit status is 1 if there are any.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        if (arguments.size() < 2) {
            throw new UsageException("PROFILE or EVIDENCE is missing: give a profile, and evidence of 'record'");
        }
        List<Path> files =
                arguments.stream().map(CommandOptions::pathOfArgument).toList();
        Minimiser minimiser = new Minimiser(files.get(0), files.subList(1, files.size()));
        boolean json = options.has(CommonOptions.JSON);
        Optional<Path> output = options.has(OUTPUT) ? Optional.of(options.path(OUTPUT, "")) : Optional.empty();
        if (json && output.isEmpty()) {
            throw new UsageException("--json prints what has changed: give -o FILE for the profile");
        }
        WholeFile.writeOrPrint(output, minimiser.profile());
        if (json) {
            System.out.println(Report.json(new Changes(minimiser.removed(), minimiser.missing())));
        } else {
            explain(minimiser);
        }
        return minimiser.missing().isEmpty() ? 0 : 1;
    }

    private static void explain(Minimiser minimiser) {
        NavigableSet<String> removed = minimiser.removed();
        System.err.println("seccomp-agent: " + removed.size() + " calls taken out"
                + (removed.isEmpty() ? "" : ": " + Printable.listed(removed)));
        if (!minimiser.missing().isEmpty()) {
            System.err.println("seccomp-agent: seen, but never allowed: " + Printable.listed(minimiser.missing()));
        }
    }
}
