package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.ResolvedPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.helper.FoundFile;
import io.github.seccompagent.linux.mount.MountLookup;
import io.github.seccompagent.linux.mount.MountPoints;
import io.github.seccompagent.linux.process.MountNamespace;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths that the files of a call have in its container. A path is known only if the file's mount is in the mount
 * namespace that the container was started with. A caller can make a namespace of its own, mount there whatever it
 * likes wherever it likes, and pass descriptors from there to others. So it does not matter where the caller is.
 */
final class FoundPaths {
    private static final Logger LOG = LoggerFactory.getLogger(FoundPaths.class);
    /** The runtime is where the agent is, or the agent is in a container of its own and may look at process 1. */
    private static final List<Integer> HOST =
            List.of(1, (int) ProcessHandle.current().pid());

    private static final String FIFO = "fifo:";
    private static final ThreadLocal<MountLookup> LOOKUP = ThreadLocal.withInitial(MountLookup::new);

    private final ServedContainer container;
    private final Caller caller;

    FoundPaths(ServedContainer container, Caller caller) {
        this.container = container;
        this.caller = caller;
    }

    /** Who makes the call. */
    interface Caller {
        /** Called before work that takes longer than a plain answer. */
        void beginWork();

        /** Its thread, in the agent's pid namespace. */
        int visibleThreadId();

        /** Makes sure that the thread is the one that made the call. */
        void requireValid();
    }

    ResolvedPath of(FoundFile file) {
        if (file.isNameless()) {
            return new ResolvedPath(file.link());
        }
        if (!file.mayHavePath()) {
            return FoundFile.unknownPath();
        }
        return pointIn(
                        container.mountNamespace(),
                        file,
                        where -> ofFirstProcess(file).or(() -> ofCaller(file)))
                .map(file::on)
                .orElseGet(() -> outside(file));
    }

    /**
     * A runtime waits at a FIFO of the host before it executes a container's program, and the container's output may go
     * to one. Nobody can come to another file of the host through it.
     */
    private ResolvedPath outside(FoundFile file) {
        return file.isFifo() && HOST.stream().anyMatch(process -> isOfHost(process, file))
                ? new ResolvedPath(TargetString.of(FIFO + file.link()))
                : FoundFile.unknownPath();
    }

    private boolean isOfHost(int process, FoundFile file) {
        return pointIn(MountNamespace.ofHost(process), file, where -> ofTable(where, process, file))
                .isPresent();
    }

    private Optional<TargetString> pointIn(
            MountNamespace where, FoundFile file, Function<MountNamespace, Optional<TargetString>> table) {
        if (!where.isKnown()) {
            return Optional.empty();
        }
        if (where.id() != 0 && file.mount() != 0) {
            return LOOKUP.get().pointOf(file.mount(), where.id());
        }
        if (file.tableId() == 0) {
            return Optional.empty();
        }
        caller.beginWork(); // a table can be long
        return table.apply(where);
    }

    private Optional<TargetString> ofFirstProcess(FoundFile file) {
        Optional<TargetString> point =
                ofTable(container.mountNamespace(), container.firstProcess().id(), file);
        return point.isPresent() && container.hasFirstProcess() ? point : Optional.empty();
    }

    private Optional<TargetString> ofCaller(FoundFile file) {
        Optional<TargetString> point = ofTable(container.mountNamespace(), caller.visibleThreadId(), file);
        caller.requireValid();
        return point;
    }

    /** A process that is in the namespace after its table was read, was in there before: none can come back. */
    private Optional<TargetString> ofTable(MountNamespace where, int process, FoundFile file) {
        try {
            Optional<TargetString> point = MountPoints.find(process, file.tableId());
            return point.isPresent() && where.isSeenBy(process, container.userNamespace()) ? point : Optional.empty();
        } catch (ErrnoException e) { // the process is gone, or its table is too long
            LOG.debug("the path of a file in container {}: {}", container.id(), e.getMessage());
            return Optional.empty();
        }
    }
}
