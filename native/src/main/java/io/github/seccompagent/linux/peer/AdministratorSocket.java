package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A socket for programs of the machine's administrator, which wait for what they ask. Safe for use by several threads.
 */
public final class AdministratorSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 02000001;

    private final ListeningSocket socket;

    private AdministratorSocket(ListeningSocket socket) {
        this.socket = socket;
    }

    /**
     * Listens on a path, as {@link ListeningSocket#bind(Path)}.
     *
     * @throws IOException if it cannot be done; the message says why
     */
    public static AdministratorSocket bind(Path path) throws IOException {
        return new AdministratorSocket(ListeningSocket.bind(path));
    }

    /**
     * Waits for the next connection.
     *
     * @throws IOException if it fails, or the socket was closed
     */
    public AdministratorConnection accept() throws IOException {
        try {
            return new AdministratorConnection(socket.accept());
        } catch (ErrnoException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Connects to such a socket.
     *
     * @throws ErrnoException as connect(2), such as ECONNREFUSED if nobody listens
     */
    public static AdministratorConnection connect(Path path) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > ListeningSocket.SUN_PATH_MAX) {
            throw new ErrnoException(Errno.ENAMETOOLONG, "connect to " + path);
        }
        byte[] address = ByteBuffer.allocate(Short.BYTES + name.length + 1)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name)
                .array();
        int number = LibC.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
        if (number < 0) {
            throw LibC.failure("socket");
        }
        Fd fd = new Fd(number);
        if (LibC.connect(number, address, address.length) < 0) {
            ErrnoException failure = LibC.failure("connect to " + path);
            fd.close();
            throw failure;
        }
        return new AdministratorConnection(fd);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
