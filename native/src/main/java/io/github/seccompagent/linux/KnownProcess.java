package io.github.seccompagent.linux;

import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.util.Map;

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

    /**
     * Whether a user without capabilities could signal it, kill(2): it runs as that uid, or is in a user namespace of that
     * user's making.
     *
     * @throws ErrnoException ESRCH if it is gone
     */
    public boolean isOfUser(int uid) {
        Credentials.Ids ids = ThreadStatus.of(id).user();
        boolean own = ids.real() == uid || ids.saved() == uid || UserNamespace.isBelowUser(id, uid);
        requireAlive();
        return own;
    }

    /**
     * Whether a thread is in the container that this is the first process of: in its pid namespace or one below; where that is
     * the agent's own, which all have in common, in its cgroups or below. One without a cgroup of its own has no container.
     *
     * @throws ErrnoException ENOENT or ESRCH if one of both is gone
     */
    public boolean isContainerOf(int threadId) {
        String namespace = PidNamespace.of(Integer.toString(id));
        boolean contains = PidNamespace.isOwn(namespace)
                ? hasInItsCgroups(Cgroups.of(threadId))
                : PidNamespace.isIn(threadId, namespace);
        requireAlive();
        return contains;
    }

    private boolean hasInItsCgroups(Map<String, String> threads) {
        Map<String, String> own = Cgroups.of(id);
        boolean below = own.entrySet().stream()
                .allMatch(mine -> Cgroups.isIn(
                        threads.getOrDefault(mine.getKey(), ""), mine.getValue().equals("/") ? "" : mine.getValue()));
        // What the agent is in as well is the machine's, or the agent's own pod's.
        boolean ownAlone = own.entrySet().stream()
                .anyMatch(mine -> !mine.getValue().equals("/") && !Cgroups.haveAgent(mine.getKey(), mine.getValue()));
        return below && ownAlone;
    }

    /** @throws ErrnoException ESRCH if it is gone; not if it has ended, and nobody has waited for it yet */
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
