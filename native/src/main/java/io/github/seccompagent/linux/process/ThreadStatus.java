package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Credentials.Ids;
import java.util.List;

/**
 * What /proc/TID/status says about a thread, proc_pid_status(5). Ids are numbers of the agent's user namespace.
 *
 * @param threadGroupId the process of the thread
 * @param processIds the ids of the process, from the agent's pid namespace to its own; the last is 1 for an init
 *     process
 * @param threadIds the ids of the thread, in the same order
 */
public record ThreadStatus(
        int threadGroupId,
        List<Integer> processIds,
        List<Integer> threadIds,
        Ids user,
        Ids group,
        List<Integer> groups,
        long effectiveCapabilities,
        int umask,
        boolean noNewPrivileges) {

    /**
     * Reads the status of a thread. The caller checks afterwards that it is still the same thread.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    public static ThreadStatus of(int threadId) {
        return StatusBuffer.read("/proc/" + threadId + "/status", ThreadStatus::of);
    }

    /**
     * The signals that are pending for a thread or its process.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    static long pendingSignals(int threadId) {
        return StatusBuffer.read("/proc/" + threadId + "/status", StatusBuffer::pendingSignals);
    }

    static ThreadStatus of(StatusBuffer read) {
        return new ThreadStatus(
                read.threadGroupId(),
                read.processIds(),
                read.threadIds(),
                read.user(),
                read.group(),
                read.groups(),
                read.effectiveCapabilities(),
                read.umask(),
                read.noNewPrivileges());
    }
}
