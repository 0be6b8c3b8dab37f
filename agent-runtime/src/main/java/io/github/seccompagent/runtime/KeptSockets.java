package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.KeptFds;
import io.github.seccompagent.linux.keeper.StateMemfd;
import io.github.seccompagent.linux.peer.ListeningSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets that the keeper has, each with what tells which one it is. For use by one thread. */
final class KeptSockets {
    static final String SOCKET = "a";
    static final String KEY = "b";

    private static final Logger LOG = LoggerFactory.getLogger(KeptSockets.class);

    private final Optional<KeeperSocket> keeper;
    private final Map<String, Fd> sockets = new HashMap<>(); // by the end of their names
    private final Map<String, String> keys = new HashMap<>(); // of the same
    private final Set<String> used = new HashSet<>();

    /** Takes those over that came from the agent before. */
    KeptSockets(Keeper keeper) {
        this.keeper = keeper.socket();
        KeptFds kept = keeper.kept();
        for (String name : kept.names()) {
            if (name.matches(SOCKET + "[0-9]*")) {
                String end = name.substring(SOCKET.length());
                kept.take(name).ifPresent(socket -> sockets.put(end, socket));
                kept.take(KEY + end).ifPresent(key -> keys.put(end, read(key)));
            }
        }
    }

    private static String read(Fd memfd) {
        try (memfd) {
            return new String(StateMemfd.read(memfd), StandardCharsets.UTF_8);
        } catch (ErrnoException e) {
            return ""; // no socket's
        }
    }

    /** The one of a path, if the agent before had it, and it is the same still. */
    Optional<ListeningSocket> inherit(Path path) {
        String prefix = path.toAbsolutePath() + "\n";
        for (Map.Entry<String, String> each : keys.entrySet()) {
            Fd socket = each.getValue().startsWith(prefix) ? sockets.remove(each.getKey()) : null;
            Optional<ListeningSocket> inherited =
                    socket == null ? Optional.empty() : ListeningSocket.inherit(path, socket, each.getValue());
            if (inherited.isPresent()) {
                used.add(each.getKey());
                return inherited;
            }
            if (socket != null) {
                LOG.warn("{}: another file is there now, so the socket is made anew", path);
                remove(each.getKey());
            }
        }
        return Optional.empty();
    }

    /** Has a new one kept. */
    void store(ListeningSocket socket) {
        if (keeper.isEmpty()) {
            return;
        }
        String end = "";
        for (int number = 1; !used.add(end); number++) {
            end = Integer.toString(number);
        }
        Optional.ofNullable(sockets.remove(end)).ifPresent(Fd::close);
        try (Fd key = StateMemfd.of(socket.key().getBytes(StandardCharsets.UTF_8))) {
            remove(end);
            keeper.get().store(KEY + end, key.number());
            keeper.get().store(SOCKET + end, socket.number());
        } catch (ErrnoException e) {
            LOG.error("the socket {} is not kept: {}", socket.path(), e.getMessage());
        }
    }

    private void remove(String end) {
        try {
            keeper.ifPresent(socket -> {
                socket.remove(SOCKET + end);
                socket.remove(KEY + end);
            });
        } catch (ErrnoException e) {
            LOG.error("the keeper is gone: {}", e.getMessage());
        }
    }

    /** Closes those that nobody wants any more. */
    void closeRest() {
        sockets.forEach((end, socket) -> {
            socket.close();
            remove(end);
        });
        sockets.clear();
    }
}
