package io.github.seccompagent.linux.fd;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.linux.libc.LibC;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one owner of a file descriptor. Closing it again does nothing. Using it after the close is EBADF, and never
 * reaches another file.
 */
public final class Fd implements AutoCloseable {
    private static final int O_CLOEXEC = 02000000;

    private final AtomicInteger number;

    /** Takes the ownership of {@code number}. */
    public Fd(int number) {
        this.number = new AtomicInteger(number);
    }

    /**
     * open(2) with O_CLOEXEC.
     *
     * @throws io.github.seccompagent.api.ErrnoException as open(2)
     */
    public static Fd open(String path, int flags) {
        return opened(LibC.open(LibC.string(path), flags | O_CLOEXEC), path);
    }

    /**
     * openat(2) with O_CLOEXEC.
     *
     * @param path the path as a C string
     * @param name the name of the file, for the message
     * @throws io.github.seccompagent.api.ErrnoException as openat(2)
     */
    public static Fd openAt(Fd directory, byte[] path, int flags, String name) {
        return opened(LibC.openat(directory.number(), path, flags | O_CLOEXEC), name);
    }

    private static Fd opened(int fd, String name) {
        if (fd < 0) {
            throw LibC.failure("open " + name);
        }
        return new Fd(fd);
    }

    /**
     * The descriptor's number, for a call that is made at once.
     *
     * @throws io.github.seccompagent.api.ErrnoException EBADF if it was closed
     */
    public int number() {
        int fd = number.get();
        if (fd < 0) {
            throw LibC.failure(Errno.EBADF.number(), "use of a closed descriptor");
        }
        return fd;
    }

    /** Gives the ownership away: the caller closes the descriptor. */
    public int release() {
        return number.getAndSet(-1);
    }

    @Override
    public void close() {
        int fd = number.getAndSet(-1);
        if (fd >= 0) {
            LibC.close(fd);
        }
    }
}
