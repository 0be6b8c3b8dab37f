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
     * @throws ErrnoException ESRCH if it is gone
     */
    public void kill() {
        try (Fd pidfd = SyscallNumbers.pidfdOf(id, id)) {
            requireAlive();
            SyscallNumbers.signal(pidfd, SIGKILL);
        }
    }

    /**
     * Freezes its cgroup, and with it all processes in there.
     *
     * @throws ErrnoException ESRCH if it is gone; EPERM for a root cgroup and for one that the agent is in; EXDEV if the agent
     *     sees no cgroup that can be frozen
     */
    public void freezeCgroup() {
        Cgroups.freeze(id, this::requireAlive);
    }

    private void requireAlive() {
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
