package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.KeptFds;
import io.github.seccompagent.linux.keeper.StateMemfd;
import io.github.seccompagent.linux.peer.AcceptorStore;
import io.github.seccompagent.linux.peer.ListeningSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that the keeper has, each with what tells which one it is, and with its acceptors. For use by one thread.
 */
final class KeptSockets {
    static final String SOCKET = "a";
    static final String KEY = "b";

    private static final Logger LOG = LoggerFactory.getLogger(KeptSockets.class);

    private final Optional<KeeperSocket> keeper;
    private final Map<String, Fd> sockets = new HashMap<>(); // by the end of their names
    private final Map<String, String> keys = new HashMap<>(); // of the same
    private final Map<String, List<AcceptorStore.Kept>> acceptors; // of the same
    private final Set<String> used = new HashSet<>();

    /**
     * Takes those over that came from the agent before. Acceptors that came from another keeper do not stay: they end
     * with that one's pod.
     */
    KeptSockets(Keeper keeper) {
        this.keeper = keeper.socket();
        KeptFds kept = keeper.kept();
        acceptors = KeptAcceptors.take(kept, !keeper.takesOver());
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

    /** A socket that the agent before had, and its acceptors. */
    record Inherited(ListeningSocket socket, AcceptorStore acceptors) {}

    /** The one of a path, if the agent before had it, and it is the same still. */
    Optional<Inherited> inherit(Path path) {
        Path absolute = path.toAbsolutePath();
        for (Map.Entry<String, String> each : keys.entrySet()) {
            String[] fileAndPath = each.getValue().split("\n", 2);
            boolean isThere = fileAndPath.length == 2 && Path.of(fileAndPath[1]).equals(absolute);
            Fd socket = isThere ? sockets.remove(each.getKey()) : null;
            if (socket == null) {
                continue;
            }
            Optional<ListeningSocket> inherited = ListeningSocket.inherit(path, socket, fileAndPath[0]);
            if (inherited.isPresent()) {
                used.add(each.getKey());
                return inherited.map(found -> new Inherited(found, acceptorsAt(each.getKey())));
            }
            LOG.warn("{}: another file is there now, so the socket is made anew", path);
            remove(each.getKey());
        }
        return Optional.empty();
    }

    private AcceptorStore acceptorsAt(String end) {
        List<AcceptorStore.Kept> those = acceptors.remove(end);
        return new KeptAcceptors(keeper, end, those == null ? List.of() : those);
    }

    /** The end of the names of a new one. What an old one has by them is dropped, except its acceptors. */
    String newEnd() {
        String end = "";
        for (int number = 1; acceptors.containsKey(end) || !used.add(end); number++) {
            end = Integer.toString(number);
        }
        Optional.ofNullable(sockets.remove(end)).ifPresent(Fd::close);
        remove(end);
        return end;
    }

    /** Where the acceptors of a new one are kept. */
    AcceptorStore acceptorsOfNew(String end) {
        return keeper.isEmpty() ? AcceptorStore.NONE : acceptorsAt(end);
    }

    /** Has a new one kept. */
    void store(ListeningSocket socket, String end) {
        if (keeper.isEmpty()) {
            return;
        }
        try (Fd key = StateMemfd.of(key(socket).getBytes(StandardCharsets.UTF_8))) {
            keeper.get().store(KEY + end, key.number());
            keeper.get().store(SOCKET + end, socket.number());
        } catch (ErrnoException e) {
            LOG.error("the socket {} is not kept: {}", socket.path(), e.getMessage());
        }
    }

    /** As in listen.c. */
    private static String key(ListeningSocket socket) {
        return socket.file() + "\n" + socket.path();
    }

    /** Gives away the acceptors whose sockets nobody wants, and where they are kept. */
    void giveLeftAcceptors(BiConsumer<AcceptorStore, List<AcceptorStore.Kept>> to) {
        acceptors.values().forEach(those -> to.accept(new KeptAcceptors(keeper, "", List.of()), those));
        acceptors.clear();
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
        giveLeftAcceptors((store, those) -> those.forEach(each -> {
            each.control().close();
            store.forget(each.name());
        }));
        sockets.forEach((end, socket) -> {
            socket.close();
            remove(end);
        });
        sockets.clear();
    }
}
