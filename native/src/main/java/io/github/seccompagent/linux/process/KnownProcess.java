package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.libc.LibC;

/**
 * A process that is never mistaken for a later one with the same id.
 *
 * @param start the time when it began, {@link ThreadStat#start}
 */
public record KnownProcess(int id, long start) {
    private static final int SIGKILL = 9;

    /**
     * The process that has an id now.
     *
     * @throws ErrnoException ENOENT or ESRCH if there is none
     */
    public static KnownProcess of(int id) {
        return new KnownProcess(id, ThreadStat.of(id).start());
    }

    /** The id of this process. ProcessHandle makes threads to tell it. */
    public static int ownId() {
        return LibC.getpid();
    }

    /**
     * Sends SIGKILL. If it is the first process of a pid namespace, all processes in there end.
     *
     * @throws ErrnoException ESRCH if it is gone; EPERM if the agent lacks CAP_KILL
     */
    public void kill() {
        try (Fd pidfd = RawSyscalls.pidfdOfProcess(id)) {
            requireAlive();
            RawSyscalls.signal(pidfd, SIGKILL);
        }
    }

    /**
     * Whether a user without capabilities could signal it, kill(2): it runs as that uid, or is in a user namespace that
     * the user made.
     *
     * @throws ErrnoException ESRCH if it is gone
     */
    public boolean isOfUser(int uid) {
        Credentials.Ids ids = ThreadStatus.of(id).user();
        boolean own = ids.real() == uid || ids.saved() == uid || UserNamespace.isBelowUser(id, uid);
        requireAlive();
        return own;
    }

    /** @throws ErrnoException ESRCH if it is gone; a zombie is not gone */
    public void requireAlive() {
        try {
            if (ThreadStat.of(id).start() == start) {
                return;
            }
        } catch (ErrnoException gone) {
            // the process is gone, as it is with another start
        }
        throw new ErrnoException(Errno.ESRCH, "process " + id);
    }
}
