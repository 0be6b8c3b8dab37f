package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;

/**
 * A process that is not mistaken for a later one with the same id.
 *
 * @param start when it began, {@link ThreadStat#start}
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

    /**
     * Sends SIGKILL: where it is the first of a pid namespace, that ends all processes in there.
     *
     * @throws ErrnoException ESRCH if it is gone; EPERM if the agent lacks CAP_KILL
     */
    public void kill() {
        try (Fd pidfd = SyscallNumbers.pidfdOfProcess(id)) {
            requireAlive();
            SyscallNumbers.signal(pidfd, SIGKILL);
        }
    }

    /** @throws ErrnoException ESRCH if it is gone, all its threads with it */
    void requireAlive() {
        try {
            if (ThreadStat.of(id).start() == start) {
                return;
            }
        } catch (ErrnoException gone) {
            // the same
        }
        throw new ErrnoException(Errno.ESRCH, "process " + id);
    }
}
