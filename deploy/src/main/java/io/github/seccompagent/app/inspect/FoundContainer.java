package io.github.seccompagent.app.inspect;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.process.KnownProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container that was found.
 *
 * @param bundle the folder of its bundle; empty if that is not known
 * @param pid its first process
 * @param start when that began; -1 if that is not known
 */
record FoundContainer(String id, String bundle, int pid, long start) {

    /** @throws UsageException if it has ended */
    KnownProcess process() {
        try {
            KnownProcess process = KnownProcess.of(pid);
            if (start < 0 || start == process.start()) {
                return process;
            }
        } catch (ErrnoException gone) {
            // the id may belong to nobody, or to a later process
        }
        throw new UsageException("container " + id + " has ended: its process " + pid + " is gone");
    }

    /** The profile in its bundle; empty if there is none, or it cannot be read. */
    Optional<ReadProfile> profile() {
        Path configuration = Path.of(bundle, "config.json");
        if (bundle.isEmpty() || !Files.isReadable(configuration)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ReadProfile.of(configuration));
        } catch (UsageException unusable) {
            return Optional.empty();
        }
    }
}
