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
     * @param executor starts the processes that accept
     * @throws IOException if one of the sockets cannot be had; then all are closed
     */
    static Sockets bind(Path path, Collection<Integer> users, Executor executor) throws IOException {
        Sockets sockets = new Sockets();
        try {
            sockets.all.add(ServedSocket.bind(path, OptionalInt.empty(), executor));
            for (int uid : users) {
                Path own = path.resolveSibling(path.getFileName() + "." + Integer.toUnsignedString(uid));
                sockets.all.add(ServedSocket.bind(own, OptionalInt.of(uid), executor));
            }
            return sockets;
        } catch (IOException | RuntimeException | Error e) {
            sockets.close();
            throw e;
        }
    }

    List<ServedSocket> all() {
        return all;
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
