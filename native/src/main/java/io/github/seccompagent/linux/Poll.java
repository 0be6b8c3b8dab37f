package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import java.util.concurrent.TimeUnit;

/** poll(2) for input of one descriptor. */
final class Poll {
    /** POLLIN: there is input, or an end. */
    static final int IN = 1;
    /** POLLHUP, which comes unasked: the other end is closed, whatever it has sent before. */
    static final int HUP = 0x10;

    private static final ThreadLocal<NativeBuffer> POLLFD = ThreadLocal.withInitial(() -> new NativeBuffer(8));

    private Poll() {}

    /** Whether there is input, or an end, within the time. */
    static boolean hasInput(Fd fd, int timeoutMillis) {
        return await(fd, timeoutMillis) != 0;
    }

    /** Waits for input or an end. Returns the events, 0 if the time has passed. */
    static int await(Fd fd, int timeoutMillis) {
        NativeBuffer pollfd = POLLFD.get().putInt(0, fd.number()).putInt(4, IN);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        int ready = LibC.poll(pollfd.address(), 1, timeoutMillis);
        while (ready < 0 && LibC.errno() == Errno.EINTR.number()) {
            long left = Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
            ready = LibC.poll(pollfd.address(), 1, (int) left);
        }
        return ready > 0 ? pollfd.getInt(4) >>> 16 : 0; // short events, then short revents
    }
}
