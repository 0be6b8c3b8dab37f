package io.github.seccompagent.linux.fd;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads files and links of procfs. For use by one thread. */
public final class ProcFile implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int O_RDONLY = 0;
    private static final ThreadLocal<NativeBuffer> BUFFER = ThreadLocal.withInitial(() -> new NativeBuffer(4096));
    private static final int USUAL_LINK = 128;
    private static final int LONGEST_LINK = 4096; // of procfs

    private final String path;
    private final Fd fd;

    private ProcFile(String path, Fd fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Opens a file.
     *
     * @throws io.github.seccompagent.api.ErrnoException as open(2)
     */
    public static ProcFile open(String path) {
        return new ProcFile(path, Fd.open(path, O_RDONLY));
    }

    /**
     * Reads on.
     *
     * @return how many bytes came, 0 at the end
     * @throws io.github.seccompagent.api.ErrnoException as read(2)
     */
    public int read(byte[] buffer) {
        long count = LibC.read(fd.number(), buffer, buffer.length);
        while (count < 0 && LibC.errno() == Errno.EINTR.number()) {
            count = LibC.read(fd.number(), buffer, buffer.length);
        }
        if (count < 0) {
            throw LibC.failure("read " + path);
        }
        return (int) count;
    }

    @Override
    public void close() {
        fd.close();
    }

    /**
     * Reads a whole short file.
     *
     * @param most how many bytes it may have
     * @throws ErrnoException EIO if it is longer; otherwise as open(2) and read(2)
     */
    public static byte[] read(String path, int most) {
        NativeBuffer buffer = BUFFER.get();
        long length = Crossing.read_file(LibC.string(path), buffer.address(), buffer.size());
        if (length < 0) {
            throw LibC.failure((int) -length, "read " + path);
        }
        byte[] content = length < buffer.size() ? buffer.getBytes(0, (int) length) : readLonger(path, most);
        if (content.length > most) {
            throw new ErrnoException(Errno.EIO, path + " is longer than " + most + " bytes");
        }
        return content;
    }

    /** Returns more than is allowed if there is more. */
    private static byte[] readLonger(String path, int most) {
        try (ProcFile file = open(path)) {
            byte[] buffer = new byte[4096];
            ByteArrayOutputStream content = new ByteArrayOutputStream(2 * buffer.length);
            int count = file.read(buffer);
            while (count > 0 && content.size() <= most) {
                content.write(buffer, 0, count);
                count = file.read(buffer);
            }
            return content.toByteArray();
        }
    }

    /**
     * Where a link points.
     *
     * @throws io.github.seccompagent.api.ErrnoException as readlink(2)
     */
    public static String readLink(String path) {
        return new String(readLinkBytes(path), StandardCharsets.UTF_8);
    }

    /**
     * Where a link in a folder points.
     *
     * @throws io.github.seccompagent.api.ErrnoException as readlinkat(2)
     */
    public static String readLinkAt(Fd folder, String name) {
        return new String(readLinkBytes(folder.number(), name), StandardCharsets.UTF_8);
    }

    /**
     * The same, and nothing is made of the bytes.
     *
     * @throws io.github.seccompagent.api.ErrnoException as readlink(2)
     */
    public static byte[] readLinkBytes(String path) {
        return readLinkBytes(AT_FDCWD, path);
    }

    private static byte[] readLinkBytes(int folder, String path) {
        byte[] name = LibC.string(path);
        byte[] buffer = new byte[USUAL_LINK];
        long count = LibC.readlinkat(folder, name, buffer, buffer.length);
        if (count == buffer.length) {
            buffer = new byte[LONGEST_LINK];
            count = LibC.readlinkat(folder, name, buffer, buffer.length);
        }
        if (count < 0) {
            throw LibC.failure("readlink " + path);
        }
        return Arrays.copyOf(buffer, (int) count);
    }
}
