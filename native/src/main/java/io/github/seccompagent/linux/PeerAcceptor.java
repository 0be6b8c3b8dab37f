package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections, and tells of each who connected. A process of its own does it, at once: this one may be stopped at
 * that moment, by its garbage collection for one, and the peer is gone then. For use by one thread.
 */
public final class PeerAcceptor implements AutoCloseable {
    private static final int SIZE = 32; // struct peer of protocol.h
    private static final int PATIENCE_MILLIS = 10_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Executor executor;
    private final ListeningSocket socket;
    private final boolean first;
    private final MessageBuffer buffer = new MessageBuffer(SIZE);
    private @Nullable Fd control;

    /** A connection, and who opened it. */
    public record Accepted(Fd connection, Peer peer) {}

    /**
     * An acceptor.
     *
     * @param first whether it goes before all other processes
     */
    public PeerAcceptor(Executor executor, ListeningSocket socket, boolean first) {
        this.executor = executor;
        this.socket = socket;
        this.first = first;
    }

    /**
     * Starts the process, and waits until it is ready: who connects before may be gone when it is.
     *
     * @throws ErrnoException EIO if it does not start
     */
    public void start() {
        Fd started = executor.startAcceptor(socket.number(), first);
        control = started;
        if (!Poll.hasInput(started, PATIENCE_MILLIS)
                || buffer.receive(started.number()).isEndOfFile()) {
            close();
            throw new ErrnoException(Errno.EIO, "the process that accepts connections does not start");
        }
    }

    /**
     * Waits for a connection.
     *
     * @throws IOException if the socket was closed, or nobody can accept
     */
    public Accepted accept() throws IOException {
        while (!socket.isClosed()) {
            try {
                Fd from = control;
                if (from == null) {
                    start();
                    continue;
                }
                MessageBuffer.Message message = buffer.receive(from.number());
                if (message.bytes().length == SIZE && message.fds().size() == 1) {
                    Fd connection = message.fds().get(0);
                    awaitItsClose(from, connection);
                    return new Accepted(connection, peer(message.bytes()));
                }
                message.closeFds(); // there are none: it has ended, with the helper or for want of descriptors
                close();
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (ErrnoException e) {
                close();
                throw new IOException(e.getMessage(), e);
            }
        }
        throw new IOException("the socket is closed");
    }

    /** It must not be the last one to close a connection: that can take for ever. If it has ended, it will not be. */
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
        if (pid == 0) { // it is not in the agent's pid namespace, nor below that
            return new Peer(pid, fields.getInt(4), Optional.of(new Peer.Evidence(false, 0, false)));
        }
        return new Peer(pid, fields.getInt(4), fields.getInt(8) == 1 ? Optional.of(seen) : Optional.empty());
    }

    @Override
    public void close() {
        Fd ended = control;
        control = null;
        if (ended != null) {
            ended.close();
        }
    }
}
