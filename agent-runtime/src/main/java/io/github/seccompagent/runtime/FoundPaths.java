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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths that the files of a call have in its container. A path is known only if the file's mount is in the mount
 * namespace that the container was started with. A caller can make a namespace of its own, mount there whatever it
 * likes wherever it likes, and pass descriptors from there to others. So it does not matter where the caller is.
 */
final class FoundPaths {
    private static final Logger LOG = LoggerFactory.getLogger(FoundPaths.class);
    private static final ThreadLocal<MountLookup> LOOKUP = ThreadLocal.withInitial(MountLookup::new);

    private final WaitingCall call;
    private final MountNamespace namespace;

    private FoundPaths(WaitingCall call) {
        this.call = call;
        namespace = call.container().mountNamespace();
    }

    static List<ResolvedPath> of(WaitingCall call, List<FoundFile> files) {
        FoundPaths paths = new FoundPaths(call);
        return files.stream().map(paths::of).toList();
    }

    private ResolvedPath of(FoundFile file) {
        return namespace.isKnown() && file.mayHavePath()
                ? pointOf(file).map(file::on).orElseGet(FoundFile::unknownPath)
                : FoundFile.unknownPath();
    }

    private Optional<TargetString> pointOf(FoundFile file) {
        if (namespace.id() != 0 && file.mount() != 0) {
            return LOOKUP.get().pointOf(file.mount(), namespace.id());
        }
        if (file.tableId() == 0) {
            return Optional.empty();
        }
        call.beginWork(); // a table can be long
        return ofFirstProcess(file).or(() -> ofCaller(file));
    }

    private Optional<TargetString> ofFirstProcess(FoundFile file) {
        Optional<TargetString> point = ofTable(call.container().firstProcess().id(), file);
        return point.isPresent() && call.container().hasFirstProcess() ? point : Optional.empty();
    }

    private Optional<TargetString> ofCaller(FoundFile file) {
        Optional<TargetString> point = ofTable(call.visibleThreadId(), file);
        call.requireValid();
        return point;
    }

    /** A process that is in the namespace after its table was read, was in there before: none can come back. */
    private Optional<TargetString> ofTable(int process, FoundFile file) {
        try {
            Optional<TargetString> point = MountPoints.find(process, file.tableId());
            return point.isPresent()
                            && namespace.isSeenBy(process, call.container().userNamespace())
                    ? point
                    : Optional.empty();
        } catch (ErrnoException e) {
            LOG.debug("{}: {}", call, e.getMessage()); // the process is gone, or its table is too long
            return Optional.empty();
        }
    }
}
