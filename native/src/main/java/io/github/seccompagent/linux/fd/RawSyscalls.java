package io.github.seccompagent.linux.fd;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.linux.libc.LibC;
import java.util.Optional;

/** The syscalls that the agent makes itself and that the C library has no function for. */
public final class RawSyscalls {
    private static final boolean X86_64 = Architecture.ofThisMachine() == Architecture.X86_64;
    private static final int SECCOMP = X86_64 ? 317 : 277;
    private static final int GETTID = X86_64 ? 186 : 178;
    private static final int TGKILL = X86_64 ? 234 : 131;
    private static final int PIDFD_SEND_SIGNAL = 424;
    private static final int PIDFD_OPEN = 434;
    private static final int PIDFD_THREAD = 0200;

    private RawSyscalls() {}

    /** seccomp(2). */
    public static int seccomp(int operation, int flags, long argument) {
        int result = (int) LibC.syscall(SECCOMP, operation, flags, argument, 0, 0);
        if (result < 0) {
            throw LibC.failure("seccomp(2), operation " + operation);
        }
        return result;
    }

    /** gettid(2). */
    public static int gettid() {
        return (int) LibC.syscall(GETTID, 0, 0, 0, 0, 0);
    }

    /** tgkill(2) to a thread of this process. It is no error if the thread has just ended. */
    static void signalThread(int threadId, int signal) {
        LibC.syscall(TGKILL, LibC.getpid(), threadId, signal, 0, 0);
    }

    /** pidfd_send_signal(2). It is no error if the process has ended. */
    public static void signal(Fd pidfd, int signal) {
        if (LibC.syscall(PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0, 0) < 0
                && LibC.errno() != Errno.ESRCH.number()) {
            throw LibC.failure("pidfd_send_signal");
        }
    }

    /** pidfd_open(2) of a whole process. If its first thread has ended, a signal reaches the other threads. */
    public static Fd pidfdOfProcess(int processId) {
        int pidfd = (int) LibC.syscall(PIDFD_OPEN, processId, 0, 0, 0, 0);
        if (pidfd < 0) {
            throw LibC.failure("pidfd_open of process " + processId);
        }
        return new Fd(pidfd);
    }

    /**
     * pidfd_open(2) of a thread. Before Linux 6.9 it is of the thread's process, which nearly always has the same
     * descriptors.
     */
    public static Fd pidfdOf(int threadId, int processId) {
        return pidfdOfThread(threadId).orElseGet(() -> pidfdOfProcess(processId));
    }

    /** pidfd_open(2) of a thread, from Linux 6.9 on. Empty before that, and if the thread is gone. */
    public static Optional<Fd> pidfdOfThread(int threadId) {
        int pidfd = (int) LibC.syscall(PIDFD_OPEN, threadId, PIDFD_THREAD, 0, 0, 0);
        return pidfd < 0 ? Optional.empty() : Optional.of(new Fd(pidfd));
    }
}
