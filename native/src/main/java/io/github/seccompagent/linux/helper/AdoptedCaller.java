package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.linux.cgroup.Cgroups;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.process.MountNamespace;
import io.github.seccompagent.linux.process.Processors;
import io.github.seccompagent.linux.process.SecurityLabel;
import io.github.seccompagent.linux.process.ThreadFolder;
import io.github.seccompagent.linux.process.ThreadStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a worker needs to become the calling thread: descriptors of its namespaces, directories and cgroups,
 * and its credentials. Owns the descriptors. All of them are opened through /proc/TID. So whoever opens them checks
 * afterwards that the notification is still valid, and only then uses them.
 */
public final class AdoptedCaller implements AutoCloseable {
    private static final int O_PATH = 010000000;
    private static final int O_RDONLY = 0;
    private static final Pattern MAGIC_LINK =
            Pattern.compile("cwd|root|exe|fd/[0-9]+|ns/[a-z_]+|map_files/[0-9a-f]+-[0-9a-f]+");

    private final ThreadFolder thread; // not owned; used while this is opened
    private final ThreadStatus status;
    private final Optional<String> label;
    // In the order of enum descriptor in protocol.h. Bit i of present says that descriptor i is among them.
    private final List<Fd> fds = new ArrayList<>();
    private int present;
    private @Nullable Fd mountNamespace; // one of them, if it is needed

    private enum Kind {
        THREAD,
        MOUNT_NAMESPACE,
        NET_NAMESPACE,
        IPC_NAMESPACE,
        UTS_NAMESPACE,
        CGROUP_NAMESPACE,
        USER_NAMESPACE,
        PID_NAMESPACE,
        ROOT,
        DIRECTORY,
        DIRECTORY_2,
        OPTION,
        CGROUP
    }

    private static final int LISTENER = Kind.CGROUP.ordinal() + 4;
    private static final int ENDING = LISTENER + 1;

    private @Nullable Listener listener; // not owned

    private final Optional<ThreadPlace> place;
    private boolean workerStays;
    private @Nullable Epoll ending; // of the container

    private AdoptedCaller(ThreadFolder thread, ThreadStatus status, boolean mayStay) {
        this.thread = thread;
        this.status = status;
        this.label = SecurityLabel.of(thread.id());
        place = mayStay && label.isEmpty() ? ThreadPlace.of(thread) : Optional.empty(); // see caller.c
    }

    /**
     * Opens what a worker needs of a thread.
     *
     * @param status of that thread
     * @param mayStay whether a worker may stay for it after the request
     * @param request for its relative paths, their directories are opened
     * @throws ErrnoException EBADF if the caller has no such directory descriptor; ENOENT or ESRCH if the caller is
     *     gone
     */
    public static AdoptedCaller open(ThreadFolder thread, ThreadStatus status, boolean mayStay, HelperRequest request) {
        AdoptedCaller caller = new AdoptedCaller(thread, status, mayStay);
        try {
            caller.openNamespaces(request);
            if (!thread.isInAgentsUserNamespace()) {
                caller.open(Kind.USER_NAMESPACE, "ns/user", O_RDONLY);
            }
            if (request instanceof HelperRequest.Mount mount && mount.needsPidNamespace()) {
                caller.open(Kind.PID_NAMESPACE, "ns/pid", O_RDONLY);
            }
            caller.open(Kind.ROOT, "root", O_PATH);
            caller.openDirectories(request);
            if (request instanceof HelperRequest.Mount mount
                    && mount.optionDescriptor().isPresent()) {
                // Only a worker takes the descriptor itself, because closing it can take for ever.
                caller.add(Kind.OPTION.ordinal(), RawSyscalls.pidfdOf(thread.id(), caller.status.threadGroupId()));
            }
            int cgroup = Kind.CGROUP.ordinal();
            for (Fd file : caller.joinFiles()) {
                caller.add(cgroup++, file);
            }
            return caller;
        } catch (RuntimeException e) {
            caller.close();
            throw e;
        }
    }

    /**
     * The same for a worker that has become the thread before, and compares. So it gets only the directories.
     *
     * @throws ErrnoException as {@link #open}
     */
    public static AdoptedCaller openAgain(ThreadFolder thread, ThreadStatus status, HelperRequest request) {
        AdoptedCaller caller = new AdoptedCaller(thread, status, true);
        try {
            caller.openDirectories(request);
            caller.workerStays = true;
            return caller;
        } catch (RuntimeException e) {
            caller.close();
            throw e;
        }
    }

    private List<Fd> joinFiles() {
        return place.map(known -> Cgroups.joinFilesOf(thread, known.cgroups()))
                .orElseGet(() -> Cgroups.joinFilesOf(thread));
    }

    private void openDirectories(HelperRequest request) {
        Kind kind = Kind.DIRECTORY;
        for (TargetPath path : request.paths()) {
            if (request.alwaysHasDirectory() || !isAbsolute(path)) {
                openDirectoryOf(path, kind);
            }
            kind = Kind.DIRECTORY_2;
        }
    }

    /** Where the thread lives. Empty if that cannot be told, or if no worker may stay for it. */
    public Optional<ThreadPlace> place() {
        return place;
    }

    /**
     * From now on a request lets its worker stay for the thread's next calls. The worker sees when the container of the
     * listener begins to end. If there are no descriptors left for that, the worker does not stay.
     */
    public void letWorkerStay() {
        try {
            if (listener != null) {
                ending = endingOf(listener);
            }
            workerStays = true;
        } catch (ErrnoException noRoom) {
            // the call is made all the same, and the next one takes a new worker
        }
    }

    private static Epoll endingOf(Listener listener) {
        Epoll watched = new Epoll();
        try {
            watched.add(listener.number(), 0, 0); // there is nothing but EPOLLHUP
            return watched;
        } catch (ErrnoException e) {
            watched.close();
            throw e;
        }
    }

    private void openNamespaces(HelperRequest request) {
        Optional<Fd> pidfdOfThread = RawSyscalls.pidfdOfThread(thread.id());
        pidfdOfThread.ifPresent(pidfd -> add(Kind.THREAD.ordinal(), pidfd));
        if (pidfdOfThread.isEmpty() || request instanceof HelperRequest.Mount) {
            mountNamespace = open(Kind.MOUNT_NAMESPACE, "ns/mnt", O_RDONLY);
        }
        if (pidfdOfThread.isEmpty()) {
            open(Kind.NET_NAMESPACE, "ns/net", O_RDONLY);
            open(Kind.IPC_NAMESPACE, "ns/ipc", O_RDONLY);
            open(Kind.UTS_NAMESPACE, "ns/uts", O_RDONLY);
            open(Kind.CGROUP_NAMESPACE, "ns/cgroup", O_RDONLY);
        }
    }

    private static boolean isAbsolute(TargetPath path) {
        byte[] name = path.name().bytes();
        return name.length > 0 && name[0] == '/';
    }

    private void openDirectoryOf(TargetPath path, Kind kind) {
        if (path.directoryFd() == TargetPath.AT_FDCWD) {
            open(kind, "cwd", O_PATH);
            return;
        }
        try {
            open(kind, "fd/" + Integer.toUnsignedString(path.directoryFd()), O_PATH);
        } catch (ErrnoException e) {
            throw e.errno() == Errno.ENOENT ? new ErrnoException(Errno.EBADF, "directory descriptor") : e;
        }
    }

    /**
     * Sets where the caller waits, so that a worker can give it a descriptor.
     *
     * @param at stays open until the worker has been asked
     */
    public AdoptedCaller waitingAt(Listener at) {
        listener = at;
        return this;
    }

    private Fd open(Kind kind, String name, int flags) {
        Fd fd = thread.open(name, flags);
        add(kind.ordinal(), fd);
        return fd;
    }

    private void add(int kind, Fd fd) {
        fds.add(fd);
        present |= 1 << kind;
    }

    /**
     * Opens the object that one of the caller's own magic links leads to, proc_pid_fd(5) and others, and goes no
     * further. The caller of this method checks afterwards that the notification is still valid.
     *
     * @param name relative to the /proc directory of the process
     * @param ofThread whether the link of the thread is meant, and not that of the process
     * @throws ErrnoException as open(2); EACCES if the name is no magic link
     */
    Fd openMagicLink(String name, boolean ofThread) {
        if (!MAGIC_LINK.matcher(name).matches()) {
            throw new ErrnoException(Errno.EACCES, "a magic link named " + name);
        }
        int id = ofThread ? thread.id() : status.threadGroupId();
        return Fd.open("/proc/" + id + "/" + name, O_PATH);
    }

    /**
     * The id of its mount namespace, which no later namespace gets. 0 if the kernel gives none, or if the request does
     * not mount.
     */
    public long mountNamespace() {
        return mountNamespace == null ? 0 : MountNamespace.idOf(mountNamespace);
    }

    /** What a request says about the caller. */
    RequestCaller forRequest(HelperRequest request) {
        return new RequestCaller(
                status,
                present(request),
                label,
                SecurityLabel.isOfThread(),
                workerStays ? place : Optional.empty(),
                Processors.current());
    }

    private int present(HelperRequest request) {
        int all = listener != null && request instanceof HelperRequest.Open ? present | 1 << LISTENER : present;
        return ending != null ? all | 1 << ENDING : all;
    }

    /** The numbers of the descriptors that go along with a request. */
    int[] numbers(HelperRequest request) {
        int[] all = new int[Integer.bitCount(present(request))];
        int count = 0;
        for (Fd fd : fds) {
            all[count++] = fd.number();
        }
        if (listener != null && request instanceof HelperRequest.Open) {
            all[count++] = listener.number();
        }
        if (ending != null) {
            all[count++] = ending.number();
        }
        return all;
    }

    @Override
    public void close() {
        fds.forEach(Fd::close);
        if (ending != null) {
            ending.close();
        }
    }
}
