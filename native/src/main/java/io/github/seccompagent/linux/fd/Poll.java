package io.github.seccompagent.linux.fd;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** poll(2). */
public final class Poll {
    /** POLLIN: there is input, or the other end is closed. */
    public static final int IN = 1;

    private static final int OUT = 4;

    /** POLLHUP, which comes unasked: the other end is closed. Input may still be there. */
    public static final int HUP = 0x10;

    private static final int POLLFD_SIZE = 8; // struct pollfd: int fd, short events, short revents
    private static final int MAX_FDS = 64;

    private static final ThreadLocal<NativeBuffer> POLLFD =
            ThreadLocal.withInitial(() -> new NativeBuffer(MAX_FDS * POLLFD_SIZE));

    private Poll() {}

    /** Waits for input or the end. Returns whether it came within the time. */
    public static boolean hasInput(Fd fd, int timeoutMillis) {
        return await(fd, timeoutMillis) != 0;
    }

    /** Waits for input or the end. Returns the events, or 0 if the time has passed. */
    public static int await(Fd fd, int timeoutMillis) {
        return await(fd, IN, timeoutMillis);
    }

    /** Waits until there is room to send, or until the other end is closed. Returns whether it came within the time. */
    public static boolean hasRoom(Fd fd, int timeoutMillis) {
        return await(fd, OUT, timeoutMillis) != 0;
    }

    private static int await(Fd fd, int events, int timeoutMillis) {
        NativeBuffer pollfd = POLLFD.get().putInt(0, fd.number()).putInt(4, events);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        int ready = LibC.poll(pollfd.address(), 1, timeoutMillis);
        while (ready < 0 && LibC.errno() == Errno.EINTR.number()) {
            long left = Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
            ready = LibC.poll(pollfd.address(), 1, (int) left);
        }
        return ready > 0 ? pollfd.getInt(4) >>> 16 : 0;
    }

    /**
     * Waits for input or the end on one of up to 64 descriptors. Returns its place among them.
     *
     * @throws ErrnoException as poll(2)
     */
    public static int any(List<Fd> fds) {
        NativeBuffer pollfds = POLLFD.get();
        while (true) {
            for (int i = 0; i < fds.size(); i++) {
                pollfds.putInt(i * POLLFD_SIZE, fds.get(i).number()).putInt(i * POLLFD_SIZE + 4, IN);
            }
            int ready = LibC.poll(pollfds.address(), fds.size(), -1);
            if (ready < 0 && LibC.errno() != Errno.EINTR.number()) {
                throw LibC.failure("poll");
            }
            for (int i = 0; i < fds.size() && ready > 0; i++) {
                if (pollfds.getInt(i * POLLFD_SIZE + 4) >>> 16 != 0) {
                    return i;
                }
            }
        }
    }
}
