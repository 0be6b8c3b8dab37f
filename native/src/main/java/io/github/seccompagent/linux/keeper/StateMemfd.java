package io.github.seccompagent.linux.keeper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;

/** Bytes in a memfd. */
public final class StateMemfd {
    /** The most that is read of one. */
    public static final int MAX_BYTES = 8 << 20;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int ALL_SEALS = 0xf;
    private static final int F_SEAL_SHRINK_AND_GROW = 6;
    private static final int SEEK_END = 2;

    private StateMemfd() {}

    /**
     * One with some bytes.
     *
     * @throws ErrnoException as memfd_create(2) and write(2), EFBIG for more than {@link #MAX_BYTES}
     */
    public static Fd of(byte[] bytes) {
        return of(bytes, ALL_SEALS);
    }

    /** The same with bytes that {@link #put} can change. */
    public static Fd changeable(byte[] bytes) {
        return of(bytes, F_SEAL_SHRINK_AND_GROW);
    }

    private static Fd of(byte[] bytes, int seals) {
        if (bytes.length > MAX_BYTES) {
            throw new ErrnoException(Errno.EFBIG, "a state of " + bytes.length + " bytes");
        }
        Fd memfd = create("seccomp-agent-state");
        try {
            if (LibC.write(memfd.number(), bytes, bytes.length) != bytes.length || !seal(memfd, seals)) {
                throw LibC.failure("writing a state to a memfd");
            }
            return memfd;
        } catch (ErrnoException e) {
            memfd.close();
            throw e;
        }
    }

    /** From now on nobody can cut off or add anything. Returns whether that is so. */
    static boolean keepSize(Fd memfd) {
        return seal(memfd, F_SEAL_SHRINK_AND_GROW);
    }

    private static boolean seal(Fd memfd, int seals) {
        return LibC.fcntl(memfd.number(), F_ADD_SEALS, seals) == 0;
    }

    static Fd create(String name) {
        int fd = LibC.memfd_create(LibC.string(name), MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (fd < 0) {
            throw LibC.failure("memfd_create");
        }
        return new Fd(fd);
    }

    /**
     * Changes the first bytes of one.
     *
     * @throws ErrnoException as pwrite(2), EPERM if it is not {@link #changeable}
     */
    public static void put(Fd memfd, byte[] bytes) {
        if (LibC.pwrite(memfd.number(), bytes, bytes.length, 0) != bytes.length) {
            throw LibC.failure("writing to a state");
        }
    }

    /**
     * The bytes of one.
     *
     * @throws ErrnoException EFBIG for more than {@link #MAX_BYTES}; ESPIPE and others for what is no memfd
     */
    public static byte[] read(Fd memfd) {
        long size = LibC.lseek(memfd.number(), 0, SEEK_END);
        if (size < 0) {
            throw LibC.failure("lseek of a state");
        }
        if (size > MAX_BYTES) {
            throw new ErrnoException(Errno.EFBIG, "a state of " + size + " bytes");
        }
        byte[] bytes = new byte[(int) size];
        if (LibC.pread(memfd.number(), bytes, size, 0) != size) {
            throw LibC.failure("read of a state");
        }
        return bytes;
    }
}
