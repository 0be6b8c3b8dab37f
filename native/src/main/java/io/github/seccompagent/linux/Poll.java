package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import java.util.concurrent.TimeUnit;

/** poll(2) for input of one descriptor. */
final class Poll {
    private static final short POLLIN = 1;
    private static final ThreadLocal<NativeBuffer> POLLFD = ThreadLocal.withInitial(() -> new NativeBuffer(8));

    private Poll() {}

    /** Whether there is input, or an end, within the time. */
    static boolean hasInput(Fd fd, int timeoutMillis) {
        NativeBuffer pollfd = POLLFD.get().putInt(0, fd.number()).putInt(4, POLLIN);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        int ready = LibC.poll(pollfd.address(), 1, timeoutMillis);
        while (ready < 0 && LibC.errno() == Errno.EINTR.number()) {
            long left = Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
            ready = LibC.poll(pollfd.address(), 1, (int) left);
        }
        return ready > 0;
    }
}
