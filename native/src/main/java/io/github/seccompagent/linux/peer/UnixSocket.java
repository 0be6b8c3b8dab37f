package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.IntPredicate;

/** Stream sockets that have a path, unix(7). Errors name the call and the path. */
final class UnixSocket {
    /** The longest path in bytes, without the final NUL. */
    static final int PATH_MAX = 107;

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 02000001;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int UCRED = 12; // pid, uid, gid

    private UnixSocket() {}

    /** Who connected, or who began to listen, as the kernel has noted it then. */
    record Credentials(int pid, int uid) {}

    /** @throws ErrnoException as connect(2), such as ECONNREFUSED if nobody listens */
    static Fd connectedTo(Path path) {
        byte[] address = address(path);
        return made("connect to " + path, fd -> LibC.connect(fd, address, address.length) == 0);
    }

    /** @throws ErrnoException as bind(2) and listen(2) */
    static Fd listeningAt(Path path, int backlog) {
        byte[] address = address(path);
        return made(
                "bind to " + path, fd -> LibC.bind(fd, address, address.length) == 0 && LibC.listen(fd, backlog) == 0);
    }

    private static Fd made(String what, IntPredicate use) {
        int number = LibC.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
        if (number < 0) {
            throw LibC.failure("socket");
        }
        Fd fd = new Fd(number);
        if (!use.test(number)) {
            ErrnoException failure = LibC.failure(what);
            fd.close();
            throw failure;
        }
        return fd;
    }

    private static byte[] address(Path path) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > PATH_MAX) {
            throw new ErrnoException(Errno.ENAMETOOLONG, "the path " + path + " of a socket");
        }
        return ByteBuffer.allocate(Short.BYTES + name.length + 1)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name)
                .array();
    }

    /** Who is at the other end. */
    static Credentials peerOf(Fd connection) {
        byte[] credentials = new byte[UCRED];
        if (LibC.getsockopt(connection.number(), SOL_SOCKET, SO_PEERCRED, credentials, new int[] {UCRED}) < 0) {
            throw LibC.failure("getsockopt of SO_PEERCRED");
        }
        ByteBuffer fields = ByteBuffer.wrap(credentials).order(ByteOrder.nativeOrder());
        return new Credentials(fields.getInt(0), fields.getInt(Integer.BYTES));
    }
}
