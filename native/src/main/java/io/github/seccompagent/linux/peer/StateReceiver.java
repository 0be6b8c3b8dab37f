package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.libc.LibC;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The processes that receive from connections in the agent's place, and close them: with what peers send come descriptors
 * that they have chosen, and to close one can take for ever. Also one that was sent and never received is closed by whoever
 * closes the connection. So no connection is closed by the agent itself, and of their descriptors it gets seccomp listeners
 * only. Processes that hang are lost, and limited. Safe for use by several threads.
 */
public final class StateReceiver implements AutoCloseable {
    private static final int SHUT_RDWR = 2;
    private static final int MAX_KEPT = 2048;

    private final Executor executor;
    private final int processes;
    private final MessageBuffer buffer = new MessageBuffer(1); // guarded by this
    private final Deque<Fd> kept = new ArrayDeque<>(); // guarded by this: connections that nobody has closed yet
    private @Nullable Fd control; // guarded by this
    private boolean owesWord; // guarded by this: that what was sent for closing is closed here
    private boolean closed; // guarded by this

    /**
     * A receiver, which is started when there is something to receive.
     *
     * @param executor whose helper starts it
     * @param processes how many there are at most, those that are lost included
     */
    public StateReceiver(Executor executor, int processes) {
        this.executor = executor;
        this.processes = processes;
    }

    /**
     * Has what comes on a connection received. The connection stays the caller's, to {@link #discard} it.
     *
     * @return a socket with a record for each piece, struct piece of protocol.h
     * @throws ErrnoException EAGAIN if all processes hang
     */
    synchronized Fd receive(Fd connection) {
        try (SocketPair pair = new SocketPair(SocketPair.SOCK_SEQPACKET)) {
            if (closed || !send(pair.other().number(), connection.number())) {
                throw new ErrnoException(Errno.EAGAIN, "the processes that receive for it hang");
            }
            return pair.takeOwn();
        }
    }

    /** Ends a connection, and has it closed. Takes its ownership. */
    public void discard(Fd connection) {
        LibC.shutdown(connection.number(), SHUT_RDWR); // the peer sees the end at once
        release(connection);
    }

    /** Has this descriptor of a connection closed. Takes its ownership. */
    synchronized void release(Fd connection) {
        kept.add(connection);
        releaseKept();
        if (closed) {
            kept.clear(); // the end of this process is near, and closes them without waiting
        }
    }

    private void releaseKept() {
        while (!kept.isEmpty() && !closed && send(kept.getFirst().number())) {
            kept.removeFirst().close();
            owesWord = true;
        }
        keepWord();
    }

    /** False if there is no room for it. Only then whoever closes the connection goes on, and so is the last one to close it. */
    private boolean keepWord() {
        if (owesWord && !closed) {
            try {
                owesWord = !buffer.sendNow(control().number(), 1);
            } catch (ErrnoException gone) {
                end();
            }
        }
        return !owesWord;
    }

    /** Whether so many connections wait to be closed that no more should be accepted. */
    public synchronized boolean isFull() {
        releaseKept(); // there may be room again, and nobody else who asks
        return kept.size() >= MAX_KEPT;
    }

    private boolean send(int... fds) {
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                return keepWord() && buffer.sendNow(control().number(), 1, fds);
            } catch (ErrnoException gone) {
                end();
            }
        }
        return false;
    }

    private Fd control() {
        Fd started = control;
        if (started == null) {
            started = executor.startReceiver(processes);
            control = started;
        }
        return started;
    }

    /** Starts the processes before there is something to receive. */
    public synchronized void start() {
        if (!closed) {
            control();
        }
    }

    private void end() {
        Fd ended = control;
        control = null;
        owesWord = false;
        if (ended != null) {
            ended.close();
        }
    }

    /** Ends the processes. */
    @Override
    public synchronized void close() {
        closed = true;
        kept.clear();
        end();
    }
}
