package io.github.seccompagent.linux;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Of proc_pid_stat(5).
 *
 * @param state R where it runs or waits for a CPU, S where it sleeps, and others
 * @param start when it began, in clock ticks since boot: with its id that tells it from every other thread
 */
public record ThreadStat(char state, long start) {
    private static final int START_BEHIND_NAME = 22 - 3;

    /**
     * As it is now.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if the thread is gone
     */
    public static ThreadStat of(int threadId) {
        String stat = new String(ProcFile.read("/proc/" + threadId + "/stat"), StandardCharsets.ISO_8859_1);
        String behindName = stat.substring(stat.lastIndexOf(')') + 2); // the name may hold anything
        return new ThreadStat(behindName.charAt(0), Long.parseLong(behindName.split(" ")[START_BEHIND_NAME]));
    }

    /** How long ago it began. */
    public Duration age() {
        String uptime = new String(ProcFile.read("/proc/uptime"), StandardCharsets.ISO_8859_1).split(" ")[0];
        long ticks = new BigDecimal(uptime).movePointRight(2).longValue() - start; // a clock tick is 10 ms, time(7)
        return Duration.ofMillis(Math.max(0, ticks) * 10);
    }

    /** Whether there is no more of it than that it was. */
    boolean hasEnded() {
        return state == 'Z' || state == 'X';
    }

    /** Whether it runs or waits for a CPU. */
    public boolean runs() {
        return state == 'R';
    }
}
