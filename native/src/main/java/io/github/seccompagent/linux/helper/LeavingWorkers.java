package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers that were killed, until they are really gone: SIGKILL does not end one that waits for a file system that never
 * answers, nor a child of one, which outlives it then. A child has the worker's socket, so that ends with the last of them.
 * Most are gone a moment later, so they are not waited for, but looked at when there is an occasion. Owns their
 * descriptors. Safe for use by several threads.
 */
public final class LeavingWorkers {
    private static final int POLLFD = 8; // bytes

    private record Leaving(Fd pidfd, Fd socket) {
        void close() {
            pidfd.close();
            socket.close();
        }
    }

    private final List<Leaving> workers = new ArrayList<>(); // guarded by this
    private NativeBuffer polled = new NativeBuffer(16 * POLLFD); // guarded by this
    private boolean closed; // guarded by this
    private volatile int size;

    synchronized void add(Fd pidfd, Fd socket) {
        Leaving leaving = new Leaving(pidfd, socket);
        if (closed) {
            leaving.close();
            return;
        }
        workers.add(leaving);
        size = workers.size();
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
        int count = workers.size();
        if (polled.size() < 2 * count * POLLFD) {
            polled = new NativeBuffer(4 * count * POLLFD);
        }
        for (int i = 0; i < count; i++) {
            set(2 * i, workers.get(i).pidfd, Poll.IN);
            set(2 * i + 1, workers.get(i).socket, 0); // POLLHUP needs no asking for
        }
        if (LibC.poll(polled.address(), 2 * count, 0) > 0) {
            for (int i = count - 1; i >= 0; i--) {
                if (seen(2 * i) != 0 && (seen(2 * i + 1) & Poll.HUP) != 0) {
                    workers.remove(i).close();
                }
            }
        }
        size = workers.size();
        return size;
    }

    private void set(int index, Fd fd, int events) {
        polled.putInt(index * POLLFD, fd.number()).putInt(index * POLLFD + 4, events);
    }

    private int seen(int index) {
        return polled.getInt(index * POLLFD + 4) >>> 16;
    }

    /** Forgets all. */
    public synchronized void close() {
        closed = true;
        workers.forEach(Leaving::close);
        workers.clear();
        size = 0;
    }
}
