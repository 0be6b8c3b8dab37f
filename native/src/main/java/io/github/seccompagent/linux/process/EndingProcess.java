package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.ErrnoException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processes that will do nothing more, though they may be there for ever: they were killed, and a thread of them hangs in the kernel. */
public final class EndingProcess {
    private static final long SIGKILL = 1L << 8;

    private EndingProcess() {}

    /** Whether each thread of a process has ended, or has SIGKILL waiting for it. Only the kernel says so. */
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
            return false; // what it had, others have now, if anybody
        }
        return some;
    }

    private static boolean isEnding(int threadId) {
        return ThreadStat.of(threadId).hasEnded() || (ThreadStatus.pendingSignals(threadId) & SIGKILL) != 0;
    }
}
