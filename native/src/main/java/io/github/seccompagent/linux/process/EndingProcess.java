package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.ErrnoException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processes that will do nothing more, though they may stay for ever: they were killed, and one of their threads hangs
 * in the kernel.
 */
public final class EndingProcess {
    private static final long SIGKILL = 1L << 8;

    private EndingProcess() {}

    /** Whether each thread of a process has ended or has a pending SIGKILL. That is the kernel's word alone. */
    public static boolean is(int pid) {
        boolean some = false;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                if (!isEnding(Integer.parseInt(thread.getFileName().toString()))) {
                    return false;
                }
                some = true;
            }
        } catch (IOException | ErrnoException gone) {
            return false; // the process is gone, and others may have what it had
        }
        return some;
    }

    private static boolean isEnding(int threadId) {
        return ThreadStat.of(threadId).hasEnded() || (ThreadStatus.pendingSignals(threadId) & SIGKILL) != 0;
    }
}
