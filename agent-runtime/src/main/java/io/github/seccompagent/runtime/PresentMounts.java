package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.mount.GrantedMount;
import io.github.seccompagent.linux.mount.MountLookup;
import io.github.seccompagent.linux.mount.MountTable;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether granted mounts are still there. Before Linux 6.11 only two mount tables tell: the caller's, and the
 * one of the container's first process. The table of a process that has changed its root shows less.
 */
final class PresentMounts {
    private static final Logger LOG = LoggerFactory.getLogger(PresentMounts.class);

    private final MountLookup lookup = new MountLookup();
    private final List<MountTable> tables = new ArrayList<>();

    private PresentMounts() {}

    /** Which of {@code mounts} are gone. They are mounts of the call's container. */
    static List<GrantedMount> findGone(WaitingCall call, List<GrantedMount> mounts) {
        PresentMounts present = new PresentMounts();
        List<GrantedMount> unknown =
                mounts.stream().filter(mount -> mount.namespace() == 0).toList();
        if (!unknown.isEmpty()) {
            present.read(call.visibleThreadId(), unknown);
            present.read(call.container().state().container().pid(), unknown);
            call.requireValid();
        }
        return mounts.stream().filter(mount -> !present.has(mount)).toList();
    }

    /** @throws ErrnoException EIO if a table is too long to look through; then no mount is known to be gone */
    private void read(int pid, List<GrantedMount> mounts) {
        try {
            tables.add(MountTable.of(pid, mounts));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EIO) {
                throw e;
            }
            LOG.debug("{}", e.getMessage()); // the process is gone
        }
    }

    private boolean has(GrantedMount mount) {
        return mount.namespace() != 0 ? lookup.finds(mount) : tables.stream().anyMatch(table -> table.mayHave(mount));
    }
}
