package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.Fd;
import io.github.seccompagent.linux.StateConnection;
import io.github.seccompagent.runtime.StateParser.BadStateException;
import java.util.Optional;
import java.util.OptionalInt;

/** One connection of a runtime, until its container process state and its listener are there. */
final class Handshake implements EventSource {
    private static final int PIECES_A_TURN = 4;

    private final StateConnection connection;
    private final StateParser parser = new StateParser();
    private final Handshakes handshakes;
    private final PendingHandshakes among;
    private final String peer;
    private final OptionalInt onlyOf;
    private final long deadline;
    private boolean done; // guarded by this
    private long key; // guarded by this

    /** Takes the ownership of the connection. */
    Handshake(
            StateConnection connection,
            Handshakes handshakes,
            PendingHandshakes among,
            String peer,
            OptionalInt onlyOf,
            long deadline) {
        this.connection = connection;
        this.handshakes = handshakes;
        this.among = among;
        this.peer = peer;
        this.onlyOf = onlyOf;
        this.deadline = deadline;
    }

    synchronized void join(EventLoop loop) {
        key = loop.add(this);
    }

    @Override
    public int number() {
        return connection.number();
    }

    @Override
    public Account account() {
        return among.account();
    }

    @Override
    public synchronized void ready(int events, LoopThread thread) {
        // One at a time. The first state of an agent loads classes for 100 ms and more, and a state from an exec that
        // overtook the container's own would find no pid for it (see ContainerInits).
        synchronized (handshakes.turn()) {
            if (!done) {
                receive();
            }
        }
    }

    private void receive() {
        try {
            // A few pieces a turn: the rest is there at the next one, when others have had theirs.
            for (int pieces = 0; pieces < PIECES_A_TURN; pieces++) {
                Optional<byte[]> piece = connection.receive();
                if (piece.isEmpty()) {
                    return;
                }
                Optional<ContainerProcessState> state = take(piece.get());
                if (state.isPresent()) {
                    Fd listener = connection.takeFd();
                    finish();
                    handshakes.accepted(listener, state.get(), onlyOf);
                    return;
                }
            }
        } catch (BadStateException e) {
            reject(e.getMessage());
        } catch (ErrnoException e) {
            reject("the connection broke: " + e.errno());
        }
    }

    private Optional<ContainerProcessState> take(byte[] piece) throws BadStateException {
        if (!among.receives(piece.length)) {
            throw new BadStateException("too much has come on connections whose state is not complete");
        }
        if (connection.fdCount() > 1 || connection.isTruncated()) {
            throw new BadStateException("it carries more than one descriptor");
        }
        if (connection.length() > StateConnection.MAX_BYTES) {
            throw new BadStateException("it is longer than " + StateConnection.MAX_BYTES + " bytes");
        }
        Optional<ContainerProcessState> state = parser.feed(piece);
        if (state.isPresent() && connection.fdCount() == 0) {
            throw new BadStateException("it carries no descriptor");
        }
        if (state.isEmpty() && connection.hasEnded()) {
            throw new BadStateException(
                    connection.length() == 0 ? "the peer closed it and said nothing" : "it ends in the middle");
        }
        return state;
    }

    /**
     * Ends it if its time is over.
     *
     * @return whether it was
     */
    synchronized boolean expire(long now) {
        if (done || now - deadline < 0) {
            return false;
        }
        reject(
                connection.length() == 0
                        ? "the peer says nothing"
                        : "the rest of the state does not come; there are " + connection.length() + " bytes");
        return true;
    }

    /** Closes the connection without its having come to anything. */
    synchronized void reject(String reason) {
        if (!done) {
            finish();
            handshakes.rejected(peer, reason);
        }
    }

    private void finish() {
        done = true;
        handshakes.ended(key);
        among.remove(this, connection.length());
        connection.close();
    }
}
