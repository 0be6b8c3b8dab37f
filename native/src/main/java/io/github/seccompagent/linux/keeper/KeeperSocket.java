package io.github.seccompagent.linux.keeper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The socket of the keeper that started this process: it keeps descriptors for the next one. The keeper is
 * seccomp-helper, or systemd with its fd store. Safe for use by several threads.
 */
public final class KeeperSocket implements AutoCloseable {
    private static final int LONGEST = 256;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SUN_PATH_MAX = 107;
    private static final byte[] LIFE = "WATCHDOG=1".getBytes(StandardCharsets.US_ASCII);
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int MOST_TO_REMOVE = 1 << 15; // more than a keeper keeps
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int ATTEMPTS = 200;
    private static final int NO_TIMEOUT = -1;
    private static final String GONE = "gone";
    private static final int RLIMIT_NOFILE = 7;
    private static final int STORED_MAX = 16_384; // these two as in store.c
    private static final int AGENTS_OWN = 512;

    private final Fd socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final MessageBuffer buffer = new MessageBuffer(LONGEST); // guarded by the lock
    private final MessageBuffer life = new MessageBuffer(LIFE.length).putBytes(0, LIFE);
    private final Queue<String> toRemove = new LinkedBlockingQueue<>(); // told under the lock, in order

    private KeeperSocket(Fd socket) {
        this.socket = socket;
    }

    /**
     * Takes the ownership of a socket.
     *
     * @throws ErrnoException EBADF if there is none of that number
     */
    public static KeeperSocket of(int number) {
        if (LibC.fcntl(number, F_SETFD, FD_CLOEXEC) < 0) {
            throw LibC.failure("the keeper's socket " + number);
        }
        return new KeeperSocket(new Fd(number));
    }

    /**
     * systemd, at the address that its NOTIFY_SOCKET has: a path, or a name after an @. See sd_notify(3).
     *
     * @throws ErrnoException as connect(2); EINVAL if it is no such address
     */
    public static KeeperSocket ofSystemd(String address) {
        byte[] name = address.getBytes(StandardCharsets.UTF_8);
        if (!address.matches("[/@].+") || name.length > SUN_PATH_MAX) {
            throw new ErrnoException(Errno.EINVAL, "systemd's socket " + address);
        }
        if (name[0] == '@') {
            name[0] = 0;
        }
        byte[] bytes = new byte[Short.BYTES + name.length];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name);
        int number = LibC.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (number < 0) {
            throw LibC.failure("a socket to systemd");
        }
        Fd socket = new Fd(number);
        if (LibC.connect(number, bytes, bytes.length) < 0) {
            ErrnoException failure = LibC.failure("systemd's socket " + address);
            socket.close();
            throw failure;
        }
        return new KeeperSocket(socket);
    }

    /** How many descriptors a keeper keeps for this process. It has the same hard limit of open files. */
    public static int capacity() {
        long[] files = new long[2];
        if (LibC.getrlimit(RLIMIT_NOFILE, files) < 0) {
            throw LibC.failure("getrlimit");
        }
        return capacity(files[1]);
    }

    static int capacity(long limit) {
        if (limit < 0) { // none
            return STORED_MAX;
        }
        return (int) Math.min(STORED_MAX, limit < 2 * AGENTS_OWN ? limit / 2 : limit - AGENTS_OWN);
    }

    /**
     * Has copies of descriptors kept, all or none of them, beside those that the name has. A keeper that is stopped is
     * waited for, a second at most.
     *
     * @throws ErrnoException if it is not kept: EPIPE or ECONNRESET if the keeper is gone, EAGAIN if it is stopped
     */
    public void store(String name, int... numbers) {
        tell("FDSTORE=1\nFDNAME=" + name + "\nFDPOLL=0", numbers);
        tellWaiting();
    }

    /**
     * Has what is kept by a name dropped. Waits for nobody: a keeper that is stopped is told of it later.
     *
     * @throws ErrnoException EPIPE or ECONNRESET if the keeper is gone
     */
    public void remove(String name) {
        if (toRemove.size() < MOST_TO_REMOVE) {
            toRemove.add(name);
        }
        tellWaiting();
    }

    /** Whoever holds the lock does this when it is free again: what was added meanwhile is told too. */
    private void tellWaiting() {
        boolean told = true;
        while (told && !toRemove.isEmpty() && lock.tryLock()) {
            try {
                told = removeWaiting();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns whether all was told. */
    private boolean removeWaiting() {
        for (String name = toRemove.peek(); name != null; name = toRemove.peek()) {
            if (!send("FDSTOREREMOVE=1\nFDNAME=" + name)) {
                return false;
            }
            toRemove.remove();
        }
        return true;
    }

    /** Tells that the start has succeeded. */
    public void ready() {
        tell("READY=1");
    }

    /**
     * From now on the keeper kills this process if no {@link #signOfLife} comes for so long, and starts the next one.
     *
     * @param silence zero: it never does
     */
    public void watch(Duration silence) {
        tell(watchdog(silence));
    }

    /** Tells that this process ends, and leaves nothing to another one. It may take its time. */
    public void stopping() {
        tell("STOPPING=1\n" + watchdog(Duration.ZERO));
    }

    private static String watchdog(Duration silence) {
        return "WATCHDOG_USEC=" + TimeUnit.NANOSECONDS.toMicros(silence.toNanos());
    }

    /**
     * Tells that this process works. Waits for nobody and takes no lock: without the keeper, or while that is stopped,
     * nothing is told. For use by one thread.
     */
    public void signOfLife() {
        try {
            life.sendNow(socket.number(), LIFE.length);
        } catch (ErrnoException gone) {
            // who needs the keeper says so
        }
    }

    private void tell(String text, int... fds) {
        lock.lock();
        try {
            for (int attempt = 0; !removeWaiting() || !send(text, fds); attempt++) {
                if (attempt == ATTEMPTS) {
                    throw new ErrnoException(
                            Errno.EAGAIN,
                            "the keeper does not receive " + text.lines().toList());
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } finally {
            lock.unlock();
        }
        tellWaiting();
    }

    /** Whether the keeper has said that it ends: then there is no next process. */
    public boolean isEnding() {
        for (Optional<String> word = hear(); word.isPresent(); word = hear()) {
            if (isEnd(word.get())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until the keeper says that this process may go on with what is kept: until then another process may.
     *
     * @throws ErrnoException EPIPE if the keeper ends before that
     */
    public void awaitGo() {
        String word = "";
        while (!word.equals("GO=1")) {
            Poll.hasInput(socket, NO_TIMEOUT);
            word = hear().orElse(word);
            if (isEnd(word)) {
                throw new ErrnoException(Errno.EPIPE, "waiting for the keeper");
            }
        }
    }

    private static boolean isEnd(String word) {
        return word.equals("STOP=1") || word.equals(GONE);
    }

    /** What the keeper has said next; {@link #GONE} if it is gone. */
    private Optional<String> hear() {
        lock.lock();
        try {
            return buffer.receiveNow(socket.number()).map(message -> {
                message.closeFds();
                return message.isEndOfFile() ? GONE : new String(message.bytes(), StandardCharsets.US_ASCII);
            });
        } catch (ErrnoException gone) {
            return Optional.of(GONE);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing can be stored any more. */
    @Override
    public void close() {
        socket.close();
    }

    private boolean send(String text, int... fds) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return buffer.putBytes(0, bytes).sendNow(socket.number(), bytes.length, fds);
    }
}
