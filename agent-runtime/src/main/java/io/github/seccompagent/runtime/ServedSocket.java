package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.peer.AcceptorStore;
import io.github.seccompagent.linux.peer.ListeningSocket;
import io.github.seccompagent.linux.peer.PeerAcceptor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that an agent listens at, with the acceptor of its connections. Owns both. Safe for use by several threads.
 */
final class ServedSocket implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedSocket.class);

    private final ListeningSocket socket;
    private final OptionalInt user;
    private final boolean inherited;
    private final PeerAcceptor started;
    private @Nullable PeerAcceptor acceptor; // guarded by this; null once it was taken

    private ServedSocket(ListeningSocket socket, OptionalInt user, boolean inherited, PeerAcceptor acceptor) {
        this.socket = socket;
        this.user = user;
        this.inherited = inherited;
        started = acceptor;
        this.acceptor = acceptor;
    }

    /**
     * Listens at a path, with the socket of the agent before this one if it is kept.
     *
     * @param user the user whose socket it is; empty for administrators, whose acceptor goes before all other processes
     * @throws IOException if it cannot listen there
     */
    static ServedSocket open(Path path, OptionalInt user, Executor executor, KeptSockets sockets) throws IOException {
        Optional<KeptSockets.Inherited> kept = sockets.inherit(path);
        if (kept.isPresent()) {
            ListeningSocket socket = kept.get().socket();
            return new ServedSocket(
                    socket,
                    user,
                    true,
                    new PeerAcceptor(
                            executor, socket, user.isEmpty(), kept.get().acceptors()));
        }
        String end = sockets.newEnd();
        ServedSocket bound = bind(path, user, executor, sockets.acceptorsOfNew(end));
        sockets.store(bound.socket, end);
        return bound;
    }

    /** Those who accept are ready when the path is there: a peer that they see too late is refused. */
    private static ServedSocket bind(Path path, OptionalInt user, Executor executor, AcceptorStore store)
            throws IOException {
        PeerAcceptor[] acceptor = new PeerAcceptor[1];
        try {
            ListeningSocket socket = ListeningSocket.bind(path, user.orElse(0), bound -> {
                acceptor[0] = new PeerAcceptor(executor, bound, user.isEmpty(), store);
                acceptor[0].start();
            });
            return new ServedSocket(socket, user, false, acceptor[0]);
        } catch (IOException | RuntimeException | Error e) {
            if (acceptor[0] != null) {
                acceptor[0].close();
            }
            throw e;
        }
    }

    /** Has what these acceptors have accepted served too. To be called before the acceptor is taken. */
    void addLeaving(AcceptorStore store, List<AcceptorStore.Kept> those) {
        started.addLeaving(store, those);
    }

    Path path() {
        return socket.path();
    }

    OptionalInt user() {
        return user;
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    /** From now on connections are accepted; one that is new accepts from its beginning on. */
    void accept() {
        started.start();
    }

    /** Gives the acceptor away. It ends with the socket. */
    synchronized PeerAcceptor takeAcceptor() {
        PeerAcceptor taken = acceptor;
        acceptor = null;
        if (taken == null) {
            throw new IllegalStateException("the acceptor was taken before");
        }
        return taken;
    }

    /** Leaves the socket to the next agent, and the processes that accept there. */
    void leave() {
        socket.leave();
        started.stop();
    }

    /** Ends what this agent has begun, and leaves to the next one what the agent before has left. */
    void giveUp() {
        if (inherited) {
            leave();
            return;
        }
        try {
            close();
        } catch (IOException e) {
            LOG.warn("the socket {} cannot be removed: {}", path(), e.getMessage());
        }
    }

    /** Ends the listening, also after it was left. */
    @Override
    public void close() throws IOException {
        PeerAcceptor left;
        synchronized (this) {
            left = acceptor;
            acceptor = null;
        }
        if (left != null) {
            left.close();
        }
        socket.close();
    }
}
