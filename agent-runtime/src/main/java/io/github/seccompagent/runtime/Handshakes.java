package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.Fd;
import io.github.seccompagent.linux.Peer;
import io.github.seccompagent.linux.StateConnection;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections whose state has not come completely. Safe for use by several threads. */
final class Handshakes {
    private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);
    private static final int MAX_PENDING = 1024;
    private static final long MAX_PENDING_BYTES = 16 << 20;

    private final EventLoop loop;
    private final PeerPolicy policy;
    private final Duration timeout;
    private final Counters counters;
    private final Accepted accepted;
    private final Object turn = new Object();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final Set<Handshake> pending = new LinkedHashSet<>(); // guarded by this, the oldest first

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
        Handshake handshake = new Handshake(
                new StateConnection(connection), this, who, policy.onlyOf(peer), System.nanoTime() + timeout.toNanos());
        add(handshake).ifPresent(oldest -> oldest.reject("too many connections wait for their state"));
        handshake.join(loop);
    }

    /** Returns the one that has to go for it. */
    private synchronized Optional<Handshake> add(Handshake handshake) {
        Optional<Handshake> oldest = pending.size() < MAX_PENDING
                ? Optional.empty()
                : pending.stream().findFirst();
        pending.add(handshake);
        return oldest;
    }

    /** Ends those whose time is over; returns whether others are left. */
    boolean expire(long now) {
        List<Handshake> all;
        synchronized (this) {
            all = List.copyOf(pending);
        }
        return all.stream().filter(handshake -> !handshake.expire(now)).count() > 0;
    }

    /** Counts what came on a connection; false if there is too much on all of them. */
    boolean receives(int bytes) {
        return pendingBytes.addAndGet(bytes) <= MAX_PENDING_BYTES;
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

    void ended(Handshake handshake, long key, int bytes) {
        loop.remove(key);
        pendingBytes.addAndGet(-bytes);
        synchronized (this) {
            pending.remove(handshake);
        }
    }

    void closeAll() {
        List<Handshake> all;
        synchronized (this) {
            all = List.copyOf(pending);
        }
        all.forEach(handshake -> handshake.reject("the agent ends"));
    }
}
