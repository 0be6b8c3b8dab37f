package io.github.seccompagent.app.record;

import io.github.seccompagent.app.file.WholeFile;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a recording goes.
 *
 * @param profile the file for the profile
 * @param evidence the file for the evidence
 * @param runtime whose calls the profile allows too
 * @param withSiblings whether the profile allows newer siblings too
 */
public record RecordOutput(
        Optional<Path> profile, Optional<Path> evidence, ContainerRuntime runtime, boolean withSiblings) {

    /**
     * Checks that the files can be made, before anything is recorded.
     *
     * @throws UsageException if not
     */
    public void requireWritable() {
        profile.ifPresent(file -> WholeFile.requireWritable("--output", file));
        evidence.ifPresent(file -> WholeFile.requireWritable("--evidence", file));
    }

    /**
     * Writes the files.
     *
     * @throws IOException if one of them could not be written; then the other one is written all the same
     */
    public void write(Evidence recorded) throws IOException {
        if (!recorded.wasExecuted()) {
            return; // there is nothing to learn from it
        }
        IOException failed = null;
        try {
            if (profile.isPresent()) {
                WholeFile.write(profile.get(), new RecordedProfile(recorded).json(runtime, withSiblings));
            }
        } catch (IOException e) {
            failed = e;
        }
        if (evidence.isPresent()) {
            WholeFile.write(evidence.get(), Report.json(recorded) + "\n");
        }
        if (failed != null) {
            throw failed;
        }
    }

    /** Says in a few lines what was recorded. */
    public void explain(Evidence recorded, PrintStream out) {
        if (!recorded.wasExecuted()) {
            out.println("seccomp-agent: the command was not executed, and nothing is written");
            return;
        }
        RecordedProfile made = new RecordedProfile(recorded);
        for (String line : lines(recorded, made)) {
            out.println("seccomp-agent: " + Printable.of(line));
        }
        if (recorded.under() != null) {
            Report report = new Report();
            Refusals.findings(recorded.under()).forEach(report::add);
            report.print(out, false);
        }
    }

    private List<String> lines(Evidence recorded, RecordedProfile made) {
        List<String> lines = new ArrayList<>();
        lines.add(made.seen() + " syscalls seen on "
                + recorded.calls().stream().map(Evidence.Call::abi).distinct().collect(Collectors.joining(", "))
                + profile.map(file -> ": " + file).orElse(""));
        if (recorded.partial()) {
            lines.add("the recording is partial: " + recorded.reason());
        }
        if (recorded.omitted() > 0) {
            lines.add(recorded.omitted() + " calls could not be noted");
        }
        Map<String, String> siblings = made.siblings();
        if (profile.isPresent() && !withSiblings && !siblings.isEmpty()) {
            lines.add("newer siblings are left out, --siblings adds them: "
                    + siblings.entrySet().stream()
                            .map(each -> each.getKey() + " (of " + each.getValue() + ")")
                            .collect(Collectors.joining(", ")));
        }
        if (recorded.under() != null && recorded.under().refused().isEmpty()) {
            lines.add(recorded.under().profile() + " refuses nothing of it");
        }
        return lines;
    }
}
