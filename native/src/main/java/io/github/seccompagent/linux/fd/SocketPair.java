package io.github.seccompagent.linux.fd;

import io.github.seccompagent.linux.libc.LibC;

/**
 * socketpair(2) of AF_UNIX: one end to keep, and one for another process. Closing it closes the ends that were not
 * taken.
 */
public final class SocketPair implements AutoCloseable {
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_SEQPACKET = 5;

    private static final int AF_UNIX = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SOCK_CLOEXEC = 02000000;

    private final Fd own;
    private final Fd other;

    /** @throws io.github.seccompagent.api.ErrnoException as socketpair(2) */
    public SocketPair(int type) {
        int[] pair = new int[2];
        if (LibC.socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) < 0) {
            throw LibC.failure("socketpair");
        }
        own = new Fd(pair[0]);
        other = new Fd(pair[1]);
    }

    /** The type of a socket; 0 if a descriptor is none. */
    public static int typeOf(Fd socket) {
        byte[] type = new byte[Integer.BYTES];
        int got = LibC.getsockopt(socket.number(), SOL_SOCKET, SO_TYPE, type, new int[] {Integer.BYTES});
        return got < 0 ? 0 : type[0];
    }

    /** The end to keep, until it is taken. */
    public Fd own() {
        return own;
    }

    /** The end for another process. */
    public Fd other() {
        return other;
    }

    /** Gives away the end to keep. */
    public Fd takeOwn() {
        return new Fd(own.release());
    }

    @Override
    public void close() {
        own.close();
        other.close();
    }
}
