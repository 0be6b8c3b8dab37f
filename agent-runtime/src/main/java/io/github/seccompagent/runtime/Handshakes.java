package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.Fd;
import io.github.seccompagent.linux.Peer;
import io.github.seccompagent.linux.StateConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections whose state has not come completely. Safe for use by several threads. */
final class Handshakes {
    private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);
    private static final int MAX_PENDING = 1024;
    private static final long MAX_BYTES = 16 << 20;
    private static final int MAX_PENDING_OF_USER = 64;
    private static final long MAX_BYTES_OF_USER = 4 << 20;

    private final EventLoop loop;
    private final PeerPolicy policy;
    private final Duration timeout;
    private final Counters counters;
    private final Accepted accepted;
    private final Object turn = new Object();
    private final Map<OptionalInt, PendingHandshakes> pending = new ConcurrentHashMap<>(); // by PeerPolicy.onlyOf

    /** What happens to a state that came with its listener. */
    @FunctionalInterface
    interface Accepted {
        /**
         * Takes the ownership of the listener.
         *
         * @param onlyOf the uid whose processes the state has to be of, if not anybody's
         */
        void accept(Fd listener, ContainerProcessState state, OptionalInt onlyOf);
    }

    Handshakes(EventLoop loop, PeerPolicy policy, Duration timeout, Counters counters, Accepted accepted) {
        this.loop = loop;
        this.policy = policy;
        this.timeout = timeout;
        this.counters = counters;
        this.accepted = accepted;
    }

    /** Takes over a connection that was just accepted, or closes it if its peer is not allowed. */
    void begin(Fd connection) {
        counters.increment(Counter.CONNECTIONS);
        Peer peer;
        try {
            peer = Peer.of(connection);
        } catch (ErrnoException e) {
            connection.close();
            LOG.warn("connection closed: {}", e.getMessage());
            return;
        }
        String who = "pid " + peer.pid() + ", uid " + Integer.toUnsignedString(peer.uid());
        Optional<String> refusal = policy.refusal(peer);
        if (refusal.isPresent()) {
            connection.close();
            counters.increment(Counter.REFUSED_PEERS);
            LOG.warn("connection of {} refused: {}", who, refusal.get());
            return;
        }
        OptionalInt onlyOf = policy.onlyOf(peer);
        PendingHandshakes among = pendingOf(onlyOf);
        StateConnection states = new StateConnection(connection);
        Handshake handshake = new Handshake(states, this, among, who, onlyOf, System.nanoTime() + timeout.toNanos());
        among.add(handshake).ifPresent(oldest -> oldest.reject("too many connections wait for their state"));
        handshake.join(loop);
    }

    private PendingHandshakes pendingOf(OptionalInt onlyOf) {
        return pending.computeIfAbsent(
                onlyOf,
                user -> user.isPresent()
                        ? new PendingHandshakes(MAX_PENDING_OF_USER, MAX_BYTES_OF_USER)
                        : new PendingHandshakes(MAX_PENDING, MAX_BYTES));
    }

    private List<Handshake> all() {
        return pending.values().stream().flatMap(some -> some.all().stream()).toList();
    }

    /** Ends those whose time is over; returns whether others are left. */
    boolean expire(long now) {
        return all().stream().filter(handshake -> !handshake.expire(now)).count() > 0;
    }

    /** What a handshake holds while it receives; taken after the handshake's own lock. */
    Object turn() {
        return turn;
    }

    void accepted(Fd listener, ContainerProcessState state, OptionalInt onlyOf) {
        accepted.accept(listener, state, onlyOf);
    }

    void rejected(String peer, String reason) {
        counters.increment(Counter.BAD_STATES);
        LOG.warn("connection of {} closed without a container process state: {}", peer, reason);
    }

    void ended(long key) {
        loop.remove(key);
    }

    void closeAll() {
        all().forEach(handshake -> handshake.reject("the agent ends"));
    }
}
