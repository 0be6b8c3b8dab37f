package io.github.seccompagent.linux;

import java.nio.charset.StandardCharsets;

/** When a thread began, field 22 of proc_pid_stat(5): with its id it tells it from every other thread. */
public final class ThreadStart {
    private static final int FIELD_BEHIND_NAME = 22 - 3;

    private ThreadStart() {}

    /**
     * In clock ticks since boot.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    public static long of(int threadId) {
        String stat = new String(ProcFile.read("/proc/" + threadId + "/stat"), StandardCharsets.ISO_8859_1);
        String behindName = stat.substring(stat.lastIndexOf(')') + 2); // the name may hold anything
        return Long.parseLong(behindName.split(" ")[FIELD_BEHIND_NAME]);
    }
}
