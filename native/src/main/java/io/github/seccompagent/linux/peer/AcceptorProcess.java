package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One of the processes that accept for a {@link PeerAcceptor}. Owns its control socket. For use by one thread. */
final class AcceptorProcess implements AutoCloseable {
    private static final int SIZE = 32; // struct peer of protocol.h
    private static final int SAYS_CLOSED = 1;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SHUT_WR = 1;

    /** What is said by an acceptor of another version: nothing is known of the peer. */
    private static final Peer UNKNOWN = new Peer(0, -1, Optional.empty());

    private final AcceptorStore store;
    private final int part;
    private final @Nullable Supplier<Fd> starter; // null: it is not started again
    private final boolean known;
    private final MessageBuffer buffer = new MessageBuffer(SIZE);
    private @Nullable Fd control;
    private String name = "";
    private boolean starting; // it has not said yet that it is ready
    private boolean adopted; // nothing was received yet from one that another agent has started

    private AcceptorProcess(AcceptorStore store, int part, @Nullable Supplier<Fd> starter, boolean known) {
        this.store = store;
        this.part = part;
        this.starter = starter;
        this.known = known;
    }

    /** One that is started when it is wanted, and again when it has ended. */
    AcceptorProcess(AcceptorStore store, int part, Supplier<Fd> starter) {
        this(store, part, starter, true);
    }

    /** One that another agent has started, and that ends now. */
    static AcceptorProcess leaving(AcceptorStore store, AcceptorStore.Kept kept) {
        AcceptorProcess leaving = new AcceptorProcess(store, kept.part(), null, kept.known());
        leaving.adopt(kept);
        return leaving;
    }

    /** Goes on with one that another agent has started. */
    void adopt(AcceptorStore.Kept kept) {
        control = kept.control();
        name = kept.name();
        adopted = true;
    }

    boolean isRunning() {
        return control != null;
    }

    /**
     * Starts the process if it does not run. {@link #start} waits for it.
     *
     * @throws ErrnoException EIO if it does not start
     */
    void begin() {
        if (control == null && starter != null) {
            Fd started = starter.get();
            control = started;
            starting = true;
            name = store.keep(part, started.number()); // before it accepts anything
        }
    }

    /**
     * Starts the process if it does not run, and waits until it is ready. A peer that connects before may be gone by
     * then.
     *
     * @throws ErrnoException EIO if it does not start
     */
    void start() {
        begin();
        Fd started = control;
        if (started == null || !starting) {
            return;
        }
        starting = false;
        try {
            if (Poll.hasInput(started, PATIENCE_MILLIS)
                    && !buffer.receive(started.number()).isEndOfFile()) {
                return;
            }
        } catch (ErrnoException e) {
            end();
            throw e;
        }
        end();
        throw new ErrnoException(Errno.EIO, "the process that accepts connections does not start");
    }

    /** Has it accept no more. What it has accepted still comes, and then its end. */
    void retire() {
        Fd running = control;
        if (running != null) {
            LibC.shutdown(running.number(), SHUT_WR);
        }
    }

    /** Its control socket; empty if it does not run. This object still owns the socket. */
    Optional<Fd> control() {
        return Optional.ofNullable(control);
    }

    /**
     * A connection that the process has accepted. It stays in the control socket, for whoever comes after this process,
     * until {@link #take}.
     *
     * @return empty if there is none, or if the process has ended
     * @throws ErrnoException EMFILE if this process has no room for a descriptor
     */
    Optional<PeerAcceptor.Accepted> next() {
        Fd from = control;
        if (from == null) {
            return Optional.empty();
        }
        Optional<MessageBuffer.Message> next = peek(from);
        if (next.isEmpty()) {
            return Optional.empty();
        }
        MessageBuffer.Message message = next.get();
        if (message.isEndOfFile()) {
            end();
            return Optional.empty();
        }
        boolean first = adopted;
        adopted = false;
        if (message.bytes().length == SAYS_CLOSED || !known && message.fds().isEmpty() && !message.truncated()) {
            message.closeFds();
            buffer.receiveBytes(from.number()); // of a connection that was taken by an agent that was killed then
            return Optional.empty();
        }
        if (message.fds().size() != 1) {
            message.closeFds();
            throw new ErrnoException(Errno.EMFILE, "no descriptor for a connection");
        }
        boolean whole = known && message.bytes().length == SIZE;
        Peer peer = whole ? peer(message.bytes()) : UNKNOWN;
        int ended = whole ? fields(message.bytes()).getInt(20) : 0;
        return Optional.of(new PeerAcceptor.Accepted(message.fds().get(0), peer, first, ended));
    }

    private Optional<MessageBuffer.Message> peek(Fd from) {
        try {
            return buffer.peekNow(from.number());
        } catch (ErrnoException e) {
            end();
            throw e;
        }
    }

    /**
     * Takes the connection that was next. Waits until the process has closed its descriptor of the connection. It must
     * not be the last one to close the connection, because that can take for ever. If it has ended, it cannot be the
     * last one.
     */
    void take() {
        Fd from = control;
        if (from != null) {
            try {
                buffer.receiveBytes(from.number());
                buffer.receiveBytes(from.number());
            } catch (ErrnoException broken) {
                end();
            }
        }
    }

    private static ByteBuffer fields(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private static Peer peer(byte[] bytes) {
        ByteBuffer fields = fields(bytes);
        int pid = fields.getInt(0);
        Peer.Evidence seen = new Peer.Evidence(fields.getInt(12) == 1, fields.getLong(24), fields.getInt(16) == 1);
        if (pid == 0) { // the peer is not in the agent's pid namespace, nor below it
            return new Peer(pid, fields.getInt(4), Optional.of(new Peer.Evidence(false, 0, false)));
        }
        return new Peer(pid, fields.getInt(4), fields.getInt(8) == 1 ? Optional.of(seen) : Optional.empty());
    }

    private void end() {
        close();
        store.forget(name);
        name = "";
    }

    /** Closes its control socket. It ends if nobody keeps that. */
    @Override
    public void close() {
        Fd ended = control;
        control = null;
        if (ended != null) {
            ended.close();
        }
    }
}
