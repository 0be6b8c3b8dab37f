package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The control socket of an executor: commands go there, and announcements come, see protocol.h. Owns the socket. Safe
 * for use by several threads.
 */
final class ExecutorSocket implements AutoCloseable {
    private static final int COMMAND_SIZE = 24;
    private static final int SPAWN = 1;
    private static final int RELEASE = 2;
    private static final int LEAVE = 3;
    private static final int AGAIN = 4;
    private static final int START = 5;
    private static final int END = 6;

    private final Fd socket;
    private final MessageBuffer buffer = new MessageBuffer(COMMAND_SIZE); // guarded by this
    private final Deque<Command> unsent = new ArrayDeque<>(); // guarded by this
    private boolean closed; // guarded by this

    private record Command(int kind, int argument, long number, long owner) {}

    ExecutorSocket(Fd socket) {
        this.socket = socket;
    }

    /** The socket's descriptor. This object still owns it. */
    int number() {
        return socket.number();
    }

    /** Has workers started. */
    void spawn(int count) {
        send(new Command(SPAWN, count, 0, 0));
    }

    /** Has a worker forgotten, and others started. */
    void release(long worker, int count) {
        send(new Command(RELEASE, count, worker, 0));
    }

    /** Has it noted for whom a worker was killed, and others started. */
    void leave(long worker, long owner, int count) {
        send(new Command(LEAVE, count, worker, owner));
    }

    /** Has all workers announced again. */
    void again(long nonce) {
        send(new Command(AGAIN, 0, nonce, 0));
    }

    /**
     * Has another process started.
     *
     * @throws ErrnoException if the executor is gone, or does not receive
     */
    synchronized void start(int argument, int... sockets) {
        if (!trySend(new Command(START, argument, 0, 0), sockets)) {
            throw new ErrnoException(Errno.EAGAIN, "seccomp-helper does not receive");
        }
    }

    /** Has the executor end, and its workers too. */
    void end() {
        send(new Command(END, 0, 0, 0));
    }

    /**
     * Sends a command, after those that could not be sent yet: an executor that is stopped must not stop its agent. If
     * the executor is gone, whoever waits for an announcement sees that.
     */
    private synchronized void send(Command command) {
        unsent.add(command);
        sendUnsent();
    }

    /** Sends what could not be sent before. */
    synchronized void sendUnsent() {
        try {
            while (!unsent.isEmpty() && trySend(unsent.getFirst())) {
                unsent.removeFirst();
            }
        } catch (ErrnoException gone) {
            unsent.clear();
        }
    }

    private boolean trySend(Command command, int... sockets) {
        if (closed) {
            throw new ErrnoException(Errno.EPIPE, "the executor is closed");
        }
        buffer.putInt(0, command.kind).putInt(4, command.argument);
        buffer.putLong(8, command.number).putLong(16, command.owner);
        return buffer.sendNow(socket.number(), COMMAND_SIZE, sockets);
    }

    /**
     * Waits for an announcement.
     *
     * @return empty if none came within the time, or if another thread was faster
     * @throws ErrnoException if the executor is gone; announcements that can still be read are of no use then
     */
    Optional<Announcement> receive(int timeoutMillis) {
        int events = Poll.await(socket, timeoutMillis);
        if ((events & Poll.HUP) != 0) {
            throw new ErrnoException(Errno.EPIPE, "seccomp-helper has ended");
        }
        if (events == 0) {
            return Optional.empty();
        }
        return WorkerSocket.BUFFER.get().receiveNow(socket.number()).map(Announcement::of);
    }

    @Override
    public synchronized void close() {
        closed = true;
        socket.close();
    }
}
