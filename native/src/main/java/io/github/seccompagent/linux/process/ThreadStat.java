package io.github.seccompagent.linux.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * Fields of proc_pid_stat(5).
 *
 * @param state R if it runs or waits for a CPU, S if it sleeps, and others
 * @param start when it began, in clock ticks since boot; with its id this tells it from every other thread
 * @param isOfKernel whether it is a thread of the kernel, and of no program
 */
public record ThreadStat(char state, long start, boolean isOfKernel) {
    private static final int FLAGS_BEHIND_NAME = 9 - 3;
    private static final long PF_KTHREAD = 0x200000;
    private static final int START_BEHIND_NAME = 22 - 3;
    private static final int MOST = 4096;

    /**
     * Reads the fields of a thread as they are now.
     *
     * @throws ErrnoException ENOENT or ESRCH if the thread is gone
     */
    public static ThreadStat of(int threadId) {
        return parse(new String(ProcFile.read("/proc/" + threadId + "/" + nameOf(threadId), MOST), ISO_8859_1));
    }

    /**
     * The file in a thread's folder in procfs. For /proc/TID/stat the kernel adds up all threads of the process: with
     * 8,000 of them this takes a millisecond.
     */
    static String nameOf(int threadId) {
        return "task/" + threadId + "/stat";
    }

    /** @throws ErrnoException EIO if the text is no line of such a file */
    static ThreadStat parse(String stat) {
        String[] behindName =
                stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "); // the name may hold anything
        if (behindName.length <= START_BEHIND_NAME || behindName[0].isEmpty()) {
            throw unexpected();
        }
        try {
            return new ThreadStat(
                    behindName[0].charAt(0),
                    Long.parseLong(behindName[START_BEHIND_NAME]),
                    (Long.parseLong(behindName[FLAGS_BEHIND_NAME]) & PF_KTHREAD) != 0);
        } catch (NumberFormatException e) {
            throw unexpected();
        }
    }

    private static ErrnoException unexpected() {
        return new ErrnoException(Errno.EIO, "the stat of a thread");
    }

    /** How long ago it began. */
    public Duration age() {
        String uptime = new String(ProcFile.read("/proc/uptime", MOST), ISO_8859_1).split(" ")[0];
        long ticks = new BigDecimal(uptime).movePointRight(2).longValue() - start; // a clock tick is 10 ms, time(7)
        return Duration.ofMillis(Math.max(0, ticks) * 10);
    }

    /** Whether it has ended, and only a zombie is left. */
    public boolean hasEnded() {
        return state == 'Z' || state == 'X';
    }

    /** Whether it runs or waits for a CPU. */
    public boolean runs() {
        return state == 'R';
    }
}
