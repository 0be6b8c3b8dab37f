package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.Executor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that an agent listens at. The socket of administrators comes first, if there are sockets at all. Each
 * user has a socket of its own, so administrators never wait behind the user's connections.
 */
final class Sockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    /** No sockets: the agent is given its listeners. */
    static final Sockets NONE = new Sockets();

    private final List<ServedSocket> all = new ArrayList<>(); // never changed after the start

    /**
     * Listens at a path, and for each user at a path beside it.
     *
     * @param kept those that the agent before this one had
     * @param containersWait whether containers wait for this agent. Then it starts without the socket of a user, who
     *     can put something else there
     * @param executor which starts the processes that accept
     * @throws IOException if one of them cannot be had; then those of the agent before stay as they are, and
     *     there is no other
     */
    static Sockets open(
            Path path, Collection<Integer> users, KeptSockets kept, boolean containersWait, Executor executor)
            throws IOException {
        Sockets sockets = new Sockets();
        try {
            sockets.all.add(ServedSocket.open(path, OptionalInt.empty(), executor, kept));
            for (int uid : users) {
                Path own = path.resolveSibling(path.getFileName() + "." + Integer.toUnsignedString(uid));
                sockets.addOfUser(own, uid, kept, containersWait, executor);
            }
            kept.giveLeftAcceptors(sockets.all.get(0)::addLeaving);
            return sockets;
        } catch (IOException | RuntimeException | Error e) {
            Ending.forEach(sockets.all, ServedSocket::giveUp);
            throw e;
        }
    }

    private void addOfUser(Path own, int uid, KeptSockets kept, boolean containersWait, Executor executor)
            throws IOException {
        try {
            all.add(ServedSocket.open(own, OptionalInt.of(uid), executor, kept));
        } catch (IOException e) {
            if (!containersWait) {
                throw e;
            }
            LOG.error("{}; the agent starts without it, since containers wait", e.getMessage());
        }
    }

    List<ServedSocket> all() {
        return all;
    }

    /** Leaves them to the next agent. */
    void leave() {
        Ending.forEach(all, ServedSocket::leave);
    }

    @Override
    public void close() {
        Ending.forEach(all, each -> {
            try {
                each.close();
            } catch (IOException e) {
                LOG.warn("the socket {} cannot be removed: {}", each.path(), e.getMessage());
            }
        });
    }
}
