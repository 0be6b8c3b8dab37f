package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads small files and links of procfs. */
public final class ProcFile {
    private static final int O_RDONLY = 0;

    private ProcFile() {}

    /**
     * The whole file.
     *
     * @throws io.github.seccompagent.api.ErrnoException as open(2) and read(2)
     */
    public static byte[] read(String path) {
        try (Fd fd = Fd.open(path, O_RDONLY)) {
            byte[] buffer = new byte[4096];
            ByteArrayOutputStream content = new ByteArrayOutputStream(2048);
            while (true) {
                long count = LibC.read(fd.number(), buffer, buffer.length);
                if (count > 0) {
                    content.write(buffer, 0, (int) count);
                } else if (count == 0) {
                    return content.toByteArray();
                } else if (LibC.errno() != Errno.EINTR.number()) {
                    throw LibC.failure("read " + path);
                }
            }
        }
    }

    /**
     * Where a link points.
     *
     * @throws io.github.seccompagent.api.ErrnoException as readlink(2)
     */
    public static String readLink(String path) {
        byte[] buffer = new byte[4096];
        long count = LibC.readlink(LibC.string(path), buffer, buffer.length);
        if (count < 0) {
            throw LibC.failure("readlink " + path);
        }
        return new String(buffer, 0, (int) count, StandardCharsets.UTF_8);
    }
}
