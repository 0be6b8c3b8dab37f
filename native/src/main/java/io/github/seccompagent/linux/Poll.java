package io.github.seccompagent.linux;

/** poll(2) for input of one descriptor. */
final class Poll {
    private static final short POLLIN = 1;
    private static final ThreadLocal<NativeBuffer> POLLFD = ThreadLocal.withInitial(() -> new NativeBuffer(8));

    private Poll() {}

    /** Whether there is input, or an end, within the time; a signal ends the waiting early. */
    static boolean hasInput(Fd fd, int timeoutMillis) {
        NativeBuffer pollfd = POLLFD.get().putInt(0, fd.number()).putInt(4, POLLIN);
        return LibC.poll(pollfd.address(), 1, timeoutMillis) > 0;
    }
}
