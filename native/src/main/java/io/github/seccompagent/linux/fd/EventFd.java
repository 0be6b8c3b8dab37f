package io.github.seccompagent.linux.fd;

import io.github.seccompagent.linux.libc.LibC;

/** eventfd(2): wakes a thread that waits in {@link Epoll}. */
public final class EventFd implements AutoCloseable {
    private static final int CLOEXEC = 02000000;
    private static final int NONBLOCK = 04000;

    private final Fd fd;

    public EventFd() {
        int number = LibC.eventfd(0, CLOEXEC | NONBLOCK);
        if (number < 0) {
            throw LibC.failure("eventfd");
        }
        fd = new Fd(number);
    }

    /** An eventfd that wakes whoever waits in {@code epoll}. */
    public static EventFd watchedBy(Epoll epoll, long key) {
        EventFd made = new EventFd();
        try {
            epoll.add(made.number(), Epoll.IN, key);
            return made;
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
    }

    /** The descriptor. This object still owns it. */
    public int number() {
        return fd.number();
    }

    /** Makes the descriptor readable. */
    public void signal() {
        byte[] one = new byte[8];
        java.util.Arrays.fill(one, (byte) 1);
        LibC.write(fd.number(), one, one.length);
    }

    /** Takes the signals back. */
    public void clear() {
        LibC.read(fd.number(), new byte[8], 8);
    }

    @Override
    public void close() {
        fd.close();
    }
}
