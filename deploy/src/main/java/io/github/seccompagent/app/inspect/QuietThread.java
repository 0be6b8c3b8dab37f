package io.github.seccompagent.app.inspect;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.SeccompStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Chooses a thread of a process that can be stopped. If a thread waits for the answer to a notified call, a stop
 * interrupts that call, and the thread makes it again, also if it has been done already.
 */
final class QuietThread {
    private static final String WAITS = "seccomp"; // the kernel's seccomp_do_user_notification
    private static final int LONGEST = 4096;
    private static final int ATTEMPTS = 20;
    private static final int PAUSE_MILLIS = 100;

    private QuietThread() {}

    /** One that has the filters of the first thread; empty if all of them wait for answers for long. */
    static Optional<KnownProcess> of(KnownProcess process, SeccompStatus first) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (!waits(process.id())) {
                return Optional.of(process);
            }
            if (first.threadGroupId() == process.id()) {
                List<Integer> threads = OtherThreads.of(process.id());
                Optional<Integer> quiet = threads.stream()
                        .filter(each -> OtherThreads.hasSame(each, first) && !waits(each))
                        .findFirst();
                if (quiet.isPresent()) {
                    return Optional.of(KnownProcess.of(quiet.get()));
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return Optional.empty();
    }

    private static boolean waits(int thread) {
        try {
            String where =
                    new String(ProcFile.read("/proc/" + thread + "/wchan", LONGEST), StandardCharsets.ISO_8859_1);
            return where.contains(WAITS);
        } catch (ErrnoException hidden) {
            return false; // then its filters cannot be read either
        }
    }
}
