package io.github.seccompagent.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * Workers that were killed, until they are really gone: SIGKILL does not end one that waits for a file system that never
 * answers. Most are gone a moment later, so they are not waited for, but looked at when there is an occasion. Owns their
 * pidfds. Safe for use by several threads.
 */
public final class LeavingWorkers {
    private static final int POLLFD = 8; // bytes

    private final List<Fd> pidfds = new ArrayList<>(); // guarded by this
    private NativeBuffer polled = new NativeBuffer(8 * POLLFD); // guarded by this
    private boolean closed; // guarded by this
    private volatile int size;

    synchronized void add(Fd pidfd) {
        if (closed) {
            pidfd.close();
            return;
        }
        pidfds.add(pidfd);
        size = pidfds.size();
    }

    /** How many there were when they were last looked at. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Forgets those that are gone. Returns how many are not. */
    public int sweep() {
        if (size == 0) {
            return 0;
        }
        return forgetGone();
    }

    private synchronized int forgetGone() {
        int count = pidfds.size();
        if (polled.size() < count * POLLFD) {
            polled = new NativeBuffer(2 * count * POLLFD);
        }
        for (int i = 0; i < count; i++) {
            polled.putInt(i * POLLFD, pidfds.get(i).number()).putInt(i * POLLFD + 4, Poll.IN);
        }
        if (LibC.poll(polled.address(), count, 0) > 0) {
            for (int i = count - 1; i >= 0; i--) {
                if (polled.getInt(i * POLLFD + 4) >>> 16 != 0) {
                    pidfds.remove(i).close();
                }
            }
        }
        size = pidfds.size();
        return size;
    }

    /** Forgets all. */
    public synchronized void close() {
        closed = true;
        pidfds.forEach(Fd::close);
        pidfds.clear();
        size = 0;
    }
}
