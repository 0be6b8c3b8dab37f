package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetPath;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a worker needs to become the calling thread: descriptors of its namespaces and directories, and its
 * credentials. Owns the descriptors. Everything is opened through /proc/TID, so whoever opens it asks afterwards whether
 * the notification is still valid, and only then uses it.
 */
public final class AdoptedCaller implements AutoCloseable {
    private static final int O_PATH = 010000000;
    private static final int O_RDONLY = 0;

    private final ThreadStatus status;
    private final int threadId;
    // In the order of enum descriptor in protocol.h; bit i of present tells that descriptor i is among them.
    private final List<Fd> fds = new ArrayList<>();
    private int present;

    private enum Kind {
        MOUNT_NAMESPACE,
        USER_NAMESPACE,
        PID_NAMESPACE,
        NET_NAMESPACE,
        ROOT,
        DIRECTORY
    }

    private AdoptedCaller(int threadId, ThreadStatus status) {
        this.threadId = threadId;
        this.status = status;
    }

    /**
     * Opens what belongs to a thread.
     *
     * @param path the path of the call: its directory is opened if it is relative
     * @param withPidNamespace whether a proc is to be mounted
     * @throws ErrnoException EBADF if the caller has no such directory descriptor; ENOENT or ESRCH if it is gone
     */
    public static AdoptedCaller open(int threadId, ThreadStatus status, TargetPath path, boolean withPidNamespace) {
        AdoptedCaller caller = new AdoptedCaller(threadId, status);
        try {
            caller.open(Kind.MOUNT_NAMESPACE, "ns/mnt", O_RDONLY);
            if (!UserNamespace.isOwn(threadId)) {
                caller.open(Kind.USER_NAMESPACE, "ns/user", O_RDONLY);
            }
            if (withPidNamespace) {
                caller.open(Kind.PID_NAMESPACE, "ns/pid", O_RDONLY);
            }
            caller.open(Kind.ROOT, "root", O_PATH);
            caller.openDirectoryOf(path);
            return caller;
        } catch (RuntimeException e) {
            caller.close();
            throw e;
        }
    }

    private void openDirectoryOf(TargetPath path) {
        byte[] name = path.name().bytes();
        if (name.length > 0 && name[0] == '/') {
            return;
        }
        if (path.directoryFd() == TargetPath.AT_FDCWD) {
            open(Kind.DIRECTORY, "cwd", O_PATH);
            return;
        }
        try {
            open(Kind.DIRECTORY, "fd/" + Integer.toUnsignedString(path.directoryFd()), O_PATH);
        } catch (ErrnoException e) {
            throw e.errno() == Errno.ENOENT ? new ErrnoException(Errno.EBADF, "directory descriptor") : e;
        }
    }

    private void open(Kind kind, String name, int flags) {
        fds.add(Fd.open("/proc/" + threadId + "/" + name, flags));
        present |= 1 << kind.ordinal();
    }

    ThreadStatus status() {
        return status;
    }

    int present() {
        return present;
    }

    int[] numbers() {
        return fds.stream().mapToInt(Fd::number).toArray();
    }

    @Override
    public void close() {
        fds.forEach(Fd::close);
    }
}
