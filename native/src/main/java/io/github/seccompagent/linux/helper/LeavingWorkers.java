package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers that were killed, until they are really gone. SIGKILL does not end a worker that waits for a filesystem that
 * never answers. It does not end such a child of a worker either, and the child outlives the worker then. A child has
 * the worker's socket too, so the socket's other end closes only with the last of them. Most workers are gone a moment
 * later. So nobody waits for them, and they are looked at when there is an occasion. Owns their descriptors. Safe for
 * use by several threads.
 */
public final class LeavingWorkers {
    private static final int POLLFD = 8; // bytes

    private record Leaving(Fd pidfd, Fd socket, Runnable atEnd) {
        void close() {
            pidfd.close();
            socket.close();
        }
    }

    private final String name;

    private final List<Leaving> workers = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this
    private volatile int size;

    /** Of nobody who is known. */
    public LeavingWorkers() {
        this("");
    }

    /** @param name whose workers they are */
    public LeavingWorkers(String name) {
        this.name = name;
    }

    /**
     * A number that goes along with each worker to the next agent. Nobody can choose a name that has the number of
     * somebody else.
     */
    long owner() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** @param atEnd called when the worker is gone */
    synchronized void add(Fd pidfd, Fd socket, Runnable atEnd) {
        Leaving leaving = new Leaving(pidfd, socket, atEnd);
        if (closed) {
            leaving.close();
            return;
        }
        workers.add(leaving);
        size = workers.size();
    }

    /** How many workers there were at the last look. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Forgets the workers that are gone. Returns how many are left. */
    public int sweep() {
        if (size == 0) {
            return 0;
        }
        return forgetGone();
    }

    private synchronized int forgetGone() {
        int count = workers.size();
        // One that is kept would be there for each container, and most have no such worker.
        try (NativeBuffer polled = NativeBuffer.allocate(2 * count * POLLFD)) {
            for (int i = 0; i < count; i++) {
                set(polled, 2 * i, workers.get(i).pidfd, Poll.IN);
                set(polled, 2 * i + 1, workers.get(i).socket, 0); // POLLHUP comes unasked
            }
            if (LibC.poll(polled.address(), 2L * count, 0) > 0) {
                for (int i = count - 1; i >= 0; i--) {
                    if (seen(polled, 2 * i) != 0 && (seen(polled, 2 * i + 1) & Poll.HUP) != 0) {
                        Leaving gone = workers.remove(i);
                        gone.close();
                        gone.atEnd.run();
                    }
                }
            }
        }
        size = workers.size();
        return size;
    }

    private static void set(NativeBuffer polled, int index, Fd fd, int events) {
        polled.putInt(index * POLLFD, fd.number()).putInt(index * POLLFD + 4, events);
    }

    private static int seen(NativeBuffer polled, int index) {
        return polled.getInt(index * POLLFD + 4) >>> 16;
    }

    /** Forgets all workers and closes their descriptors. The next agent gets them, if there is one. */
    public synchronized void close() {
        closed = true;
        workers.forEach(Leaving::close);
        workers.clear();
        size = 0;
    }
}
