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
 * The sockets that an agent listens at: that of administrators first, if there are any. Each user has one of its own, so that
 * administrators never wait behind its connections.
 */
final class Sockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    /** Those of an agent that is given its listeners. */
    static final Sockets NONE = new Sockets();

    private final List<ServedSocket> all = new ArrayList<>(); // not changed after the start

    /**
     * Listens at a path, and beside it for users.
     *
     * @param executor which starts the processes that accept
     * @throws IOException if one of them cannot be had; then there is none
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
