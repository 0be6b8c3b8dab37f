package io.github.seccompagent.app.record;

import io.github.seccompagent.app.file.JsonFile;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads files of evidence that somebody gave. */
final class EvidenceFile {
    private EvidenceFile() {}

    /** @throws UsageException if it cannot be read, or is no evidence */
    static Evidence read(Path file) {
        Evidence evidence = JsonFile.read(file, Evidence.class);
        if (evidence == null || evidence.version() != Evidence.VERSION || !isWhole(evidence)) {
            throw new UsageException(Printable.of(file.toString()) + " is no evidence of version " + Evidence.VERSION
                    + ": give a file that --evidence has written");
        }
        return evidence;
    }

    @SuppressWarnings("DataFlowIssue") // Jackson leaves null what a file lacks
    private static boolean isWhole(Evidence evidence) {
        return evidence.quiet() != null
                && evidence.calls() != null
                && evidence.calls().stream().allMatch(EvidenceFile::isWhole);
    }

    private static boolean isWhole(Evidence.@Nullable Call call) {
        return call != null && call.abi() != null && call.name() != null && call.first() != null;
    }
}
