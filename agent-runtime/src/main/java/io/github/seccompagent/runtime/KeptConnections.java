package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.KeptFds;
import io.github.seccompagent.linux.keeper.StateMemfd;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that the keeper has, from the moment they are accepted until their listener is kept or they are
 * refused. By one name there are the connection, a memfd with what is known of it, and, once something is received, the
 * socket of the process that receives. Safe for use by several threads.
 */
final class KeptConnections {
    /** The number of a connection that nobody keeps. */
    static final int NOT_KEPT = 0;

    private static final Logger LOG = LoggerFactory.getLogger(KeptConnections.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final String NAME = "c";
    private static final int LARGEST = 99_999; // a name has 6 characters at most
    private static final int DESCRIPTORS_EACH = 3;
    private static final int FRACTION = 8; // of the keeper's places, which other things do not get
    private static final int FRACTION_OF_USER = 4; // of what is free for users
    private static final int MAX_TRIES = 5; // who ends so many agents may be what ended them

    private final Optional<KeeperSocket> keeper;
    private final int most;
    private final Map<Integer, String> used = new HashMap<>(); // the accounts, by number; guarded by this
    private int last; // guarded by this
    private volatile boolean left;

    /** One that came from the agent before. The receiver owns the descriptors. */
    record Kept(int number, Fd connection, Optional<Fd> pieces, StoredConnection stored) {}

    KeptConnections(Optional<KeeperSocket> keeper) {
        this(keeper, keeper.isEmpty() ? 0 : KeeperSocket.capacity());
    }

    /** @param capacity how many descriptors the keeper keeps in all */
    KeptConnections(Optional<KeeperSocket> keeper, int capacity) {
        this.keeper = keeper;
        most = reserve(capacity) / DESCRIPTORS_EACH;
    }

    /** How many of a keeper's places are for connections only. */
    static int reserve(int capacity) {
        return capacity / FRACTION;
    }

    /**
     * Has a connection kept. When there is no room, it is served all the same, but it does not outlive this agent.
     *
     * @param account whose connection it is; empty for administrators, who have half of the places
     */
    int keep(Fd connection, StoredConnection stored, String account) {
        int number = keeper.isEmpty() ? NOT_KEPT : nextNumber(account);
        if (number == NOT_KEPT) {
            return NOT_KEPT;
        }
        try (Fd memfd = StateMemfd.changeable(withTries(stored.toJson()))) {
            keeper.get().store(NAME + number, connection.number(), memfd.number());
            return number;
        } catch (ErrnoException e) {
            ERRORS.log(
                    account,
                    () -> "a connection is lost if the agent is killed, since it is not kept: " + e.getMessage());
            remove(number);
            return NOT_KEPT;
        }
    }

    /** Has the socket kept on which the pieces of a connection come. */
    void add(int number, Fd pieces) {
        if (number != NOT_KEPT) {
            try {
                keeper.orElseThrow().store(NAME + number, pieces.number());
            } catch (ErrnoException e) {
                ERRORS.log("", () -> "a connection is lost if the agent is killed: " + e.getMessage());
            }
        }
    }

    private synchronized int nextNumber(String account) {
        long ofAdministrators = used.values().stream().filter(String::isEmpty).count();
        long own = used.values().stream().filter(account::equals).count();
        long free = most - most / 2 - (used.size() - ofAdministrators);
        if (account.isEmpty() ? own >= most / 2 : own * FRACTION_OF_USER >= free) {
            return NOT_KEPT;
        }
        do {
            last = last == LARGEST ? 1 : last + 1;
        } while (used.containsKey(last));
        used.put(last, account);
        return last;
    }

    /** Called when its listener is kept, or it is refused. Waits for nobody. */
    void remove(int number) {
        if (number == NOT_KEPT || left) {
            return;
        }
        try {
            keeper.ifPresent(socket -> socket.remove(NAME + number));
        } catch (ErrnoException gone) {
            LOG.debug("{}", gone.getMessage());
        }
        synchronized (this) {
            used.remove(number);
        }
    }

    /** From now on everything stays as it is, for the next agent. */
    void leave() {
        left = true;
    }

    /**
     * Whether a connection stays with the keeper when this agent has ended: then it must neither be ended nor received
     * from.
     */
    boolean isLeft(int number) {
        return left && number != NOT_KEPT;
    }

    /** Takes those of the agent before, in the order in which they came. */
    List<Kept> take(KeptFds fds) {
        List<Kept> all = new ArrayList<>();
        for (String name : fds.names()) {
            if (name.matches(NAME + "[1-9][0-9]{0,4}")) {
                int number = Integer.parseInt(name.substring(NAME.length()));
                use(number, "");
                take(number, fds.takeAll(name)).ifPresent(all::add);
            }
        }
        all.sort(Comparator.comparingLong(each -> each.stored().came()));
        return all;
    }

    /** Tells whose it is. */
    synchronized void use(int number, String account) {
        used.put(number, account);
    }

    private Optional<Kept> take(int number, List<Fd> those) {
        Fd connection = null;
        Fd pieces = null;
        StoredConnection stored = null;
        for (Fd each : those) {
            int type = SocketPair.typeOf(each);
            if (type == SocketPair.SOCK_STREAM && connection == null) {
                connection = each;
            } else if (type == SocketPair.SOCK_SEQPACKET && pieces == null && !hasEnded(each)) {
                pieces = each; // one that has ended was replaced
            } else {
                stored = type == 0 && stored == null ? read(each) : stored;
                each.close();
            }
        }
        if (connection != null && stored != null) {
            return Optional.of(new Kept(number, connection, Optional.ofNullable(pieces), stored));
        }
        ERRORS.log("", () -> "kept connection " + number + " cannot be read, it is closed");
        close(pieces);
        close(connection); // the keeper has it too
        remove(number);
        return Optional.empty();
    }

    private static boolean hasEnded(Fd socket) {
        return (Poll.await(socket, 0) & Poll.HUP) != 0;
    }

    private static void close(@Nullable Fd fd) {
        if (fd != null) {
            fd.close();
        }
    }

    /** Before what is known of it is how many agents have gone on with it. */
    static byte[] withTries(byte[] json) {
        return ByteBuffer.allocate(Long.BYTES + json.length)
                .put(Long.BYTES, json)
                .array();
    }

    /** Counts a try too: what comes on the connection may be what has ended the agents before. */
    private static @Nullable StoredConnection read(Fd memfd) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(StateMemfd.read(memfd));
            if (bytes.remaining() < Long.BYTES) {
                throw new BadStateException("it is too short");
            }
            long tries = bytes.getLong();
            if (tries >= MAX_TRIES) {
                throw new BadStateException(tries + " agents have ended while they received from it");
            }
            StateMemfd.put(
                    memfd, ByteBuffer.allocate(Long.BYTES).putLong(tries + 1).array());
            byte[] json = new byte[bytes.remaining()];
            bytes.get(json);
            return StoredConnection.of(json);
        } catch (ErrnoException | BadStateException e) {
            ERRORS.log("", () -> "what is known of a kept connection: " + e.getMessage());
            return null;
        }
    }
}
