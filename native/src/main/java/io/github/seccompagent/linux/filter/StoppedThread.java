package io.github.seccompagent.linux.filter;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import io.github.seccompagent.linux.process.ThreadStat;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread of another process that is stopped, ptrace(2), until this is closed. Only the Java thread that stopped it
 * may use this. The end of that thread lets it go on too.
 */
final class StoppedThread implements AutoCloseable {
    private static final int PTRACE = Architecture.ofThisMachine() == Architecture.X86_64 ? 101 : 117;
    private static final int PTRACE_DETACH = 17;
    private static final int PTRACE_GETSIGINFO = 0x4202;
    private static final int PTRACE_SEIZE = 0x4206;
    private static final int PTRACE_INTERRUPT = 0x4207;
    private static final int PTRACE_SECCOMP_GET_FILTER = 0x420c;
    private static final int PTRACE_SECCOMP_GET_METADATA = 0x420d;
    private static final int FILTER_FLAG_LOG = 1 << 1;
    private static final int SIZE_OF_METADATA = 16;

    private static final int SIZE_OF_SIGINFO = 128;
    private static final int OFFSET_OF_CODE = 8;
    private static final int PTRACE_EVENT_STOP = 128;
    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long MOST_PAUSE_NANOS = 16_000_000;

    private final int thread;
    private int signal; // that it was about to get

    private StoppedThread(int thread) {
        this.thread = thread;
    }

    /**
     * Stops a thread.
     *
     * @throws ErrnoException EPERM if that is not allowed, or somebody traces it already; ESRCH if it is gone;
     *     ETIMEDOUT if it has not stopped in time, because it is frozen or waits uninterruptibly
     */
    static StoppedThread stop(int thread, Duration patience) throws InterruptedException {
        StoppedThread stopped = new StoppedThread(thread);
        // PTRACE_ATTACH would send it a signal, which others could see.
        if (stopped.traceOrError(PTRACE_SEIZE, 0, 0) < 0) {
            ErrnoException failed = LibC.failure("PTRACE_SEIZE of thread " + thread);
            stopped.requireAlive(); // of a zombie it is EPERM
            throw failed;
        }
        stopped.trace(PTRACE_INTERRUPT, "PTRACE_INTERRUPT", 0, 0);
        stopped.await(System.nanoTime() + patience.toNanos());
        return stopped;
    }

    /** Asks until it has stopped. To waitpid(2), another thread of this process could be faster. */
    private void await(long deadline) throws InterruptedException {
        try (NativeBuffer info = NativeBuffer.allocate(SIZE_OF_SIGINFO)) {
            for (long pause = FIRST_PAUSE_NANOS; ; pause = Math.min(2 * pause, MOST_PAUSE_NANOS)) {
                if (traceOrError(PTRACE_GETSIGINFO, 0, info.address()) == 0) {
                    boolean isEvent = info.getInt(OFFSET_OF_CODE) >> 8 == PTRACE_EVENT_STOP;
                    signal = isEvent ? 0 : info.getInt(0); // a signal that is not given back would be lost
                    return;
                }
                if (LibC.errno() != Errno.ESRCH.number()) {
                    throw LibC.failure("PTRACE_GETSIGINFO of thread " + thread);
                }
                requireAlive();
                if (System.nanoTime() - deadline > 0) {
                    throw new ErrnoException(Errno.ETIMEDOUT, "thread " + thread + " does not stop");
                }
                LockSupport.parkNanos(pause); // sleep(1) would let it wait for a millisecond
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    private void requireAlive() {
        try {
            if (!ThreadStat.of(thread).hasEnded()) {
                return;
            }
        } catch (ErrnoException gone) {
            // it is gone, as it will be soon if it is a zombie
        }
        throw new ErrnoException(Errno.ESRCH, "thread " + thread);
    }

    /** One of its filters, as struct sock_filter[]; empty if it has no more. 0 is the oldest. */
    Optional<byte[]> filter(int index) {
        long count = traceOrError(PTRACE_SECCOMP_GET_FILTER, index, 0);
        if (count < 0 && (LibC.errno() == Errno.ENOENT.number() || LibC.errno() == Errno.EINVAL.number())) {
            return Optional.empty(); // EINVAL: it has no filters at all
        }
        if (count < 0) {
            throw LibC.failure("PTRACE_SECCOMP_GET_FILTER of thread " + thread);
        }
        int size = Math.toIntExact(count * Instruction.SIZE);
        try (NativeBuffer buffer = NativeBuffer.allocate(size)) {
            trace(PTRACE_SECCOMP_GET_FILTER, "PTRACE_SECCOMP_GET_FILTER", index, buffer.address());
            return Optional.of(buffer.getBytes(0, size));
        }
    }

    boolean isLogged(int index) {
        try (NativeBuffer metadata = NativeBuffer.allocate(SIZE_OF_METADATA)) {
            metadata.putLong(0, index).putLong(8, 0);
            trace(PTRACE_SECCOMP_GET_METADATA, "PTRACE_SECCOMP_GET_METADATA", SIZE_OF_METADATA, metadata.address());
            return (metadata.getLong(8) & FILTER_FLAG_LOG) != 0;
        }
    }

    private void trace(int request, String name, long third, long fourth) {
        if (traceOrError(request, third, fourth) < 0) {
            throw LibC.failure(name + " of thread " + thread);
        }
    }

    private long traceOrError(int request, long third, long fourth) {
        return LibC.syscall(PTRACE, request, thread, third, fourth, 0);
    }

    /** It goes on. If it was killed meanwhile, there is nothing to do. */
    @Override
    public void close() {
        traceOrError(PTRACE_DETACH, 0, signal);
    }
}
