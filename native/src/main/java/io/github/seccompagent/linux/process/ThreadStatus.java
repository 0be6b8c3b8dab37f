package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;
import java.util.List;
import java.util.function.ToIntFunction;

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
        try (ProcFile file = ProcFile.open("/proc/" + threadId + "/status")) {
            return parse(file::read);
        }
    }

    /**
     * The signals that are pending for a thread or its process.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    static long pendingSignals(int threadId) {
        try (ProcFile file = ProcFile.open("/proc/" + threadId + "/status")) {
            StatusFields fields = StatusFields.read(file::read);
            return fields.longNumber("SigPnd") | fields.longNumber("ShdPnd");
        }
    }

    static ThreadStatus parse(ToIntFunction<byte[]> source) {
        StatusFields fields = StatusFields.read(source);
        return new ThreadStatus(
                fields.number("Tgid"),
                fields.numbers("NStgid"),
                fields.numbers("NSpid"),
                ids(fields.numbers("Uid")),
                ids(fields.numbers("Gid")),
                fields.numbers("Groups"),
                fields.longNumber("CapEff"),
                fields.number("Umask"), // a zombie has none
                fields.number("NoNewPrivs") == 1);
    }

    private static Ids ids(List<Integer> ids) {
        if (ids.size() < 4) {
            throw new ErrnoException(Errno.EIO, "the status of a thread has no ids");
        }
        return new Ids(ids.get(0), ids.get(1), ids.get(2), ids.get(3));
    }
}
