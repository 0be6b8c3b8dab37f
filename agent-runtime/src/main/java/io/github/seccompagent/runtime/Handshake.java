package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.peer.StateConnection;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection of a runtime, until its container process state and its listener have come. The loop only sees that
 * there is input. The reader of the connection's account does everything else, one state after another. So a slow state
 * holds up only the states that come after it.
 */
final class Handshake implements EventSource {
    private static final int PIECES_A_TURN = 4;
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(2); // so long it may not get a processor
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final StateConnection connection;
    private final StateParser parser;
    private final Handshakes handshakes;
    private final PeerAccount account;
    private final Handshakes.Arrival arrival;
    private final String peer;
    private final AtomicBoolean waits = new AtomicBoolean(); // whether the loop waits for its input
    private final AtomicBoolean expired = new AtomicBoolean();
    private volatile boolean spoke; // whether something has come
    private long key; // guarded by this

    // Only the reader uses these.
    private boolean done;
    private boolean finished;
    private int kept;

    /** Takes the ownership of the connection. */
    Handshake(
            StateConnection connection,
            StateParser parser,
            Handshakes handshakes,
            PeerAccount account,
            Handshakes.Arrival arrival,
            String peer) {
        this.connection = connection;
        this.parser = parser;
        this.handshakes = handshakes;
        this.account = account;
        this.arrival = arrival;
        this.peer = peer;
    }

    /** Has the loop wait for the next piece. */
    synchronized void join() {
        waits.set(true);
        key = handshakes.sources().add(this);
    }

    private synchronized void leave() {
        handshakes.sources().remove(key);
    }

    @Override
    public int number() {
        return connection.number();
    }

    @Override
    public Account account() {
        return account.turns();
    }

    @Override
    public void ready(int events, LoopThread thread) {
        if (waits.compareAndSet(true, false)) {
            spoke = true;
            leave();
            read(this::receive);
        }
    }

    private void read(Runnable task) {
        try {
            account.reader().execute(task);
        } catch (RejectedExecutionException theAgentEnds) {
            // the end of the handshake closes the connection
        }
    }

    private void receive() {
        if (done) {
            return;
        }
        try {
            // It reads a few pieces in a turn. The rest is still there at the next turn, when others have had theirs.
            for (int pieces = 0; pieces < PIECES_A_TURN; pieces++) {
                Optional<byte[]> piece = connection.receive();
                if (piece.isEmpty()) {
                    awaitMore();
                    return;
                }
                Optional<ContainerProcessState> state = take(piece.get());
                if (state.isPresent()) {
                    done = true;
                    Optional<Fd> listener = connection.takeListener(parser.placeOfListener());
                    handshakes.accept(
                            listener, state.get(), account, arrival.known().came());
                    finish(); // at any moment the connection is kept, or what it brought
                    return;
                }
            }
            read(this::receive);
        } catch (BadStateException e) {
            reject(e.getMessage());
        } catch (ErrnoException e) {
            reject("the connection broke: " + e.getMessage());
        } catch (RuntimeException | Error e) { // for example no memory: the peer must get an answer
            reject(e.toString());
        }
    }

    /** The reader must not wait here: the processes that are at work wait for it. */
    private void awaitMore() {
        if (connection.waitsForProcess()) {
            account.awaitProcess(this);
        } else {
            join();
        }
    }

    /** Called when there may be a process for it. */
    void goOn() {
        read(this::receive);
    }

    private Optional<ContainerProcessState> take(byte[] piece) throws BadStateException {
        handshakes.requireShort(connection.length(), true);
        Optional<ContainerProcessState> state = parser.feed(piece);
        int more = parser.kept() - kept;
        kept += more;
        handshakes.requireShort(connection.length(), account.keep(more));
        if (state.isPresent()) {
            requireFds(parser.fds());
        } else if (hasMoreThan(StateConnection.MAX_FDS)) {
            throw new BadStateException("it carries more than " + StateConnection.MAX_FDS + " descriptors");
        }
        if (state.isEmpty() && connection.hasEnded()) {
            throw new BadStateException(
                    connection.length() == 0 ? "the peer closed it and said nothing" : "it ends in the middle");
        }
        return state;
    }

    private boolean hasMoreThan(int fds) {
        return connection.fdCount() > fds || connection.isTruncated();
    }

    /**
     * The n-th name belongs to the n-th descriptor. If the numbers differ, nobody can tell which name belongs to which
     * descriptor.
     */
    private void requireFds(int names) throws BadStateException {
        String named = names == 1 ? "one descriptor" : names + " descriptors, as many as its \"fds\" name";
        if (hasMoreThan(Math.min(names, StateConnection.MAX_FDS))) {
            throw new BadStateException("it carries more than " + named);
        }
        if (connection.fdCount() < names) {
            throw new BadStateException(
                    connection.fdCount() == 0 ? "it carries no descriptor" : "it carries fewer than " + named);
        }
    }

    /**
     * Whether it may be about to get its turn: it has only just come, or something has come on it, which the agent may
     * not have seen yet. Any thread may ask.
     */
    boolean isExpected(long now) {
        long age = now - arrival.known().came();
        return age < SILENT_NANOS || age < SLOW_NANOS && (spoke || connection.hasInput());
    }

    /**
     * Ends it if its time is over. Does not wait.
     *
     * @return whether it is over
     */
    boolean expire(long now) {
        if (now - arrival.known().deadline() < 0) {
            return false;
        }
        if (expired.compareAndSet(false, true)) {
            read(() -> reject(
                    connection.length() == 0
                            ? "the peer says nothing"
                            : "the rest of the state does not come; there are " + connection.length() + " bytes"));
        }
        return true;
    }

    /** Ends it without a result. Does not wait. */
    void giveUp(String reason) {
        read(() -> reject(reason));
    }

    private void reject(String reason) {
        if (finished) {
            return;
        }
        boolean isLeft = handshakes.kept().isLeft(arrival.number());
        finish();
        if (!isLeft) {
            handshakes.reject(account, peer, reason);
        }
    }

    private void finish() {
        done = true;
        finished = true;
        waits.set(false);
        leave();
        if (handshakes.kept().isLeft(arrival.number())) {
            connection.leaveKept();
        } else {
            connection.close();
            handshakes.kept().remove(arrival.number());
        }
        account.goOn(1);
        account.remove(this, kept); // last: whoever looks after the account sees this, or what is to be closed
    }

    @Override
    public String toString() {
        return "connection of " + peer;
    }
}
