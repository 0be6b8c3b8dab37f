package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a thread in a procfs, /proc/TID, kept open together with the files there that are read at each call of
 * the thread. All of it belongs to this very thread: once that is gone everything fails with ENOENT or ESRCH, also if
 * another thread has its id. Nothing of the thread's container is kept by it. Owns the descriptors. For use by one
 * thread at a time.
 */
public final class ThreadFolder implements AutoCloseable {
    private static final int O_RDONLY = 0;
    private static final int O_PATH = 010000000;

    private final int id;
    private final Fd folder;
    private final @Nullable Fd[] open = new Fd[Part.values().length]; // those that were needed

    private enum Part {
        STATUS,
        STAT,
        CGROUP,
        NAMESPACES
    }

    private ThreadFolder(int id, Fd folder) {
        this.id = id;
        this.folder = folder;
    }

    /**
     * Opens the folder. Whoever has the id from a notification checks afterwards that this is still valid.
     *
     * @param id the thread's id in the agent's pid namespace
     * @throws io.github.seccompagent.api.ErrnoException ENOENT if there is no such thread
     */
    public static ThreadFolder of(int id) {
        return new ThreadFolder(id, Fd.open("/proc/" + id, O_PATH));
    }

    /** The thread's id. */
    public int id() {
        return id;
    }

    /** Its number, for a call that is made at once. */
    public int number() {
        return folder.number();
    }

    /**
     * Opens a file, a folder or a link there.
     *
     * @throws io.github.seccompagent.api.ErrnoException as openat(2)
     */
    public Fd open(String name, int flags) {
        return Fd.openAt(folder, LibC.string(name), flags, "/proc/" + id + "/" + name);
    }

    private Fd kept(Part part) {
        Fd known = open[part.ordinal()];
        if (known == null) {
            known = switch (part) {
                case STATUS -> open("status", O_RDONLY);
                case STAT -> open(ThreadStat.nameOf(id), O_RDONLY);
                case CGROUP -> open("cgroup", O_RDONLY);
                case NAMESPACES -> open("ns", O_PATH);
            };
            open[part.ordinal()] = known;
        }
        return known;
    }

    private void close(Part part) {
        Fd known = open[part.ordinal()];
        if (known != null) {
            known.close();
        }
        open[part.ordinal()] = null;
    }

    /** What the thread's status says now. */
    public ThreadStatus status() {
        ThreadStatus read = StatusBuffer.read(kept(Part.STATUS), ThreadStatus::of);
        if (read.groups().size() > StatusBuffer.USUAL_GROUPS) {
            // For as long as it is open, the kernel keeps memory for the longest text that it had: a megabyte at most.
            close(Part.STATUS);
        }
        return read;
    }

    /** Whether the thread runs or waits for a CPU now. */
    public boolean runs() {
        long state = Crossing.read_state(kept(Part.STAT).number());
        if (state < 0) {
            throw LibC.failure((int) -state, "read the stat of a thread");
        }
        return state == 'R';
    }

    /** The file cgroup there, proc_pid_cgroup(5). It stays this folder's own. */
    public Fd cgroup() {
        return kept(Part.CGROUP);
    }

    /** The folder ns there, namespaces(7). It stays this folder's own. */
    public Fd namespaces() {
        return kept(Part.NAMESPACES);
    }

    /**
     * Whether a path may end in the name of a mount point of the thread's mount namespace, in whichever folder. False
     * only if that is sure. Before Linux 6.12 it never is.
     */
    public boolean mayHaveMountPoint(byte[] path, byte[] path2) {
        try {
            int namespaces = kept(Part.NAMESPACES).number();
            return Crossing.may_be_mount_point(number(), namespaces, LibC.string(path), LibC.string(path2)) != 0;
        } catch (ErrnoException gone) {
            return true;
        }
    }

    /** The name of the thread's user namespace now. */
    public String userNamespace() {
        return ProcFile.readLinkAt(folder, "ns/user");
    }

    /** Whether the thread lives in the agent's own user namespace now. */
    public boolean isInAgentsUserNamespace() {
        return UserNamespace.isOwn(userNamespace());
    }

    @Override
    public void close() {
        folder.close();
        for (Part part : Part.values()) {
            close(part);
        }
    }
}
