package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes that accept for a {@link PeerAcceptor}. Owns its control socket. For use by one thread, except
 * {@link #stop}.
 */
final class AcceptorProcess implements AutoCloseable {
    private static final int SIZE = 32; // struct peer of protocol.h
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SHUT_RDWR = 2;

    private final Executor executor;
    private final int listening;
    private final int how;
    private final MessageBuffer buffer = new MessageBuffer(SIZE);
    private volatile @Nullable Fd control;

    /** @param how how it accepts: the byte in protocol.h */
    AcceptorProcess(Executor executor, int listening, int how) {
        this.executor = executor;
        this.listening = listening;
        this.how = how;
    }

    /**
     * Starts the process if it does not run, and waits until it is ready. A peer that connects before may be gone by
     * then.
     *
     * @throws ErrnoException EIO if it does not start
     */
    void start() {
        if (control != null) {
            return;
        }
        Fd started = executor.startAcceptor(listening, how);
        control = started;
        try {
            if (Poll.hasInput(started, PATIENCE_MILLIS)
                    && !buffer.receive(started.number()).isEndOfFile()) {
                return;
            }
        } catch (ErrnoException e) {
            close();
            throw e;
        }
        close();
        throw new ErrnoException(Errno.EIO, "the process that accepts connections does not start");
    }

    /** Its control socket; empty if it does not run. This object still owns the socket. */
    Optional<Fd> control() {
        return Optional.ofNullable(control);
    }

    /**
     * Takes over a connection that the process has accepted.
     *
     * @return empty if the process has ended instead
     * @throws ErrnoException if the process is in an unknown state; it was ended then
     */
    Optional<PeerAcceptor.Accepted> receive() {
        Fd from = control;
        if (from == null) {
            return Optional.empty();
        }
        try {
            MessageBuffer.Message message = buffer.receive(from.number());
            if (message.bytes().length == SIZE && message.fds().size() == 1) {
                Fd connection = message.fds().get(0);
                awaitItsClose(from, connection);
                return Optional.of(new PeerAcceptor.Accepted(connection, peer(message.bytes())));
            }
            message.closeFds(); // no descriptor: it has ended, or this process has no room for one
            close();
            return Optional.empty();
        } catch (ErrnoException e) {
            close();
            throw e;
        }
    }

    /**
     * Waits until the process has closed its descriptor of the connection. It must not be the last one to close the
     * connection, because that can take for ever. If it has ended, it cannot be the last one.
     */
    private void awaitItsClose(Fd from, Fd connection) {
        try {
            buffer.receive(from.number()).closeFds();
        } catch (ErrnoException e) {
            connection.close();
            throw e;
        }
    }

    private static Peer peer(byte[] bytes) {
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int pid = fields.getInt(0);
        Peer.Evidence seen = new Peer.Evidence(fields.getInt(12) == 1, fields.getLong(24), fields.getInt(16) == 1);
        if (pid == 0) { // the peer is not in the agent's pid namespace, nor below it
            return new Peer(pid, fields.getInt(4), Optional.of(new Peer.Evidence(false, 0, false)));
        }
        return new Peer(pid, fields.getInt(4), fields.getInt(8) == 1 ? Optional.of(seen) : Optional.empty());
    }

    /** Has it end; for any thread. The one that uses this sees its end. */
    void stop() {
        Fd running = control;
        if (running != null) {
            try {
                LibC.shutdown(running.number(), SHUT_RDWR);
            } catch (ErrnoException closedMeanwhile) {
                // then it ends too
            }
        }
    }

    /** Ends the process. */
    @Override
    public void close() {
        Fd ended = control;
        control = null;
        if (ended != null) {
            ended.close();
        }
    }
}
