package io.github.seccompagent.linux.process;

/**
 * What /proc/TID/status says about a thread's seccomp, and about who may look at it.
 *
 * @param mode 0 if seccomp is off, 1 if it is strict, 2 if there are filters
 * @param filters how many filters there are; 0 on a kernel before 5.9 too
 * @param tracer the process that traces it; 0 if none does
 * @param boundingCapabilities those that a program of it can have at most
 */
public record SeccompStatus(
        int mode, int filters, boolean noNewPrivileges, int threadGroupId, int tracer, long boundingCapabilities) {
    public static final int OFF = 0;
    public static final int STRICT = 1;
    public static final int FILTERED = 2;

    /**
     * Reads the status of a thread as it is now.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    public static SeccompStatus of(int threadId) {
        return StatusBuffer.read("/proc/" + threadId + "/status", SeccompStatus::of);
    }

    /** The status of the thread that calls this. */
    public static SeccompStatus ofThisThread() {
        return StatusBuffer.read("/proc/thread-self/status", SeccompStatus::of);
    }

    static SeccompStatus of(StatusBuffer read) {
        return new SeccompStatus(
                read.seccompMode(),
                read.seccompFilters(),
                read.noNewPrivileges(),
                read.threadGroupId(),
                read.tracer(),
                read.boundingCapabilities());
    }
}
