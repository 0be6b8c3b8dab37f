package io.github.seccompagent.runtime;

import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.peer.StateReceiver;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What connections may use: places, memory, processes and log lines. Each user has an account, all administrators share
 * one, and all strangers share one. So nobody keeps others from handing over listeners. Safe for use by several
 * threads.
 */
final class PeerAccount implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerAccount.class);

    private static final int CONNECTIONS_AT_ONCE = 300;
    private static final int CONNECTIONS_PER_SECOND = 100;

    private final OptionalInt user;
    private final Limits limits;
    private final Executor reader;
    private final StateReceiver receiver;
    private final LogLimit warnings;
    private final Allowance connections;
    private final Account turns = new Account("connections");
    private final Set<Handshake> pending = new LinkedHashSet<>(); // the oldest first
    private final Queue<Handshake> waiting = new ConcurrentLinkedQueue<>(); // for a process
    private long kept; // guarded by this

    /**
     * The limits of an account.
     *
     * @param connections how many connections may be open whose state is not complete
     * @param bytes how much may be kept of what came on them
     * @param processes how many processes may receive, including those that hang
     * @param patienceMillis how long the reader waits for such a process. After that, the connection waits for others
     *     to be done. With 0 it is refused: users share a reader, and each has more processes than it needs.
     * @param lines how many lines may be logged at first; after that there are few
     */
    record Limits(int connections, long bytes, int processes, int patienceMillis, int lines) {
        static final Limits OF_ADMINISTRATORS = new Limits(1024, 8 << 20, 200, 5, 1000);
        static final Limits OF_USER = new Limits(64, 1 << 20, 32, 0, 20);
        static final Limits OF_STRANGERS = new Limits(0, 0, 16, 0, 20);
    }

    /**
     * An account.
     *
     * @param user the user whose account it is; empty for administrators and strangers
     * @param reader where states are read, one piece at a time and in the order in which they come
     * @param receiver its own receiver, with {@code limits.processes}
     */
    PeerAccount(OptionalInt user, Limits limits, Executor reader, StateReceiver receiver) {
        this.user = user;
        this.limits = limits;
        this.reader = reader;
        this.receiver = receiver;
        warnings = new LogLimit(LOG::warn, limits.lines);
        connections = new Allowance(CONNECTIONS_AT_ONCE, CONNECTIONS_PER_SECOND);
    }

    OptionalInt user() {
        return user;
    }

    /** Tells it from others. Empty for administrators. */
    String name() {
        return user.isPresent() ? Integer.toUnsignedString(user.getAsInt()) : "";
    }

    /** The account that is charged for the loop's time that its connections take. */
    Account turns() {
        return turns;
    }

    Executor reader() {
        return reader;
    }

    StateReceiver receiver() {
        return receiver;
    }

    /** Adds a handshake. Returns the handshake that has to end for it, if any. */
    synchronized Optional<Handshake> add(Handshake handshake) {
        Optional<Handshake> oldest = pending.size() < limits.connections
                ? Optional.empty()
                : pending.stream().findFirst();
        pending.add(handshake);
        return oldest;
    }

    /** Whether {@link #add} would end a handshake that may be about to get its turn. */
    synchronized boolean isBehind(long now) {
        return pending.size() >= limits.connections
                && pending.stream().findFirst().orElseThrow().isExpected(now);
    }

    /** Has a handshake go on when there may be a process for it. */
    void awaitProcess(Handshake handshake) {
        waiting.add(handshake);
    }

    /** Has some of those go on that wait for a process. */
    void goOn(int most) {
        for (int i = 0; i < most; i++) {
            Handshake next = waiting.poll();
            if (next == null) {
                return;
            }
            next.goOn();
        }
    }

    /** Whether there is a place for one more connection of a user. Those that have to end may not have ended yet. */
    boolean admit() {
        return connections.take() && !isStuck() && hasRoom();
    }

    /** Whether too many of its connections wait to be closed, so that no more should be accepted. */
    boolean isStuck() {
        return receiver.isFull();
    }

    /** Whether some of its connections still wait to be closed. */
    boolean isClosing() {
        return receiver.isClosing();
    }

    private synchronized boolean hasRoom() {
        return pending.size() <= limits.connections;
    }

    /** Counts more kept bytes. Returns false if that is too much for the account. */
    synchronized boolean keep(int more) {
        kept += more;
        return kept <= limits.bytes;
    }

    /** Forgets a handshake, and the bytes that it kept. */
    synchronized void remove(Handshake handshake, int kept) {
        pending.remove(handshake);
        this.kept -= kept;
    }

    synchronized List<Handshake> all() {
        return List.copyOf(pending);
    }

    /** Closes a connection that comes to nothing. */
    void discard(Fd connection) {
        receiver.discard(connection);
    }

    /** Logs a line, unless there were too many. */
    void warn(Supplier<String> line) {
        warnings.log("", line);
    }

    @Override
    public void close() {
        receiver.close();
    }
}
