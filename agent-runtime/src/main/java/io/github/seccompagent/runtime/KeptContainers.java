package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.keeper.ContainerMemfd;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners that the keeper has, each with its container, by their numbers. Safe for use by several threads. */
final class KeptContainers {
    /** The number of a listener that nobody keeps. */
    static final int NOT_KEPT = 0;

    /** What the names of states and of listeners begin with. */
    static final String STATE = "s";

    static final String LISTENER = "l";

    private static final Logger LOG = LoggerFactory.getLogger(KeptContainers.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final int LARGEST = 99_999; // a name has 6 characters at most
    private static final int OTHERS = 64; // descriptors of the sockets and of journals
    private static final int FRACTION = 16; // as for calls in flight, see Admission

    private final Optional<KeeperSocket> keeper;
    private final int most;
    private final long mostBytes;
    private final Map<Integer, Place> used = new HashMap<>(); // by number; guarded by this
    private final Map<String, Share> shares = new HashMap<>(); // by account; guarded by this
    private final ConcurrentMap<Integer, ContainerMemfd> states = new ConcurrentHashMap<>(); // by number
    private long bytes; // guarded by this
    private int last; // guarded by this
    private volatile boolean left;

    /** What is kept by a number. */
    private record Place(String account, int bytes) {}

    /** What an account has of all places. */
    private record Share(int places, long bytes) {
        static final Share NONE = new Share(0, 0);

        Share plus(int more, long moreBytes) {
            return new Share(places + more, bytes + moreBytes);
        }
    }

    KeptContainers(Optional<KeeperSocket> keeper, long mostBytes) {
        this(keeper, keeper.isEmpty() ? 0 : KeeperSocket.capacity(), mostBytes);
    }

    /**
     * Where none is kept yet.
     *
     * @param capacity how many descriptors the keeper keeps: two of each container, those of connections, and others
     * @param mostBytes how much may be kept of all containers
     */
    KeptContainers(Optional<KeeperSocket> keeper, int capacity, long mostBytes) {
        this.keeper = keeper;
        this.mostBytes = mostBytes;
        most = Math.min(LARGEST / 2, Math.max(0, (capacity - KeptConnections.reserve(capacity) - OTHERS) / 2));
    }

    Optional<KeeperSocket> keeper() {
        return keeper;
    }

    /**
     * Has a container kept, from before it is resolved on. The state comes first: so a listener never is without one.
     *
     * @param listener its descriptor's number
     * @return its number with the keeper
     */
    int store(int listener, StoredContainer container) {
        if (keeper.isEmpty()) {
            return NOT_KEPT;
        }
        byte[] json = container.toJson();
        int number = nextNumber(container.container().account(), json.length);
        try {
            if (number == NOT_KEPT) {
                throw new ErrnoException(Errno.ENOSPC, "too many listeners are kept already, or too much of them");
            }
            ContainerMemfd state = ContainerMemfd.create(json);
            states.put(number, state);
            keeper.get().store(STATE + number, state.number());
            keeper.get().store(LISTENER + number, listener);
            return number;
        } catch (ErrnoException e) {
            ServedContainer served = container.container();
            ERRORS.log(
                    served.account(),
                    () -> "container " + served.id()
                            + ": its calls fail with ENOSYS if the agent is killed, since it is" + " not kept: "
                            + e.getMessage());
            remove(number);
            return NOT_KEPT;
        }
    }

    /** What is kept of a container; empty for one that nobody keeps, or that is gone. */
    Optional<ContainerMemfd> state(int number) {
        return Optional.ofNullable(states.get(number));
    }

    /** Keeps what the resolver wants to be told when the next agent asks it. */
    void setNote(int number, String note) {
        if (note.equals(note(number))) {
            return; // nothing is the most frequent note, and a page of memory would be taken for it
        }
        state(number).ifPresent(state -> {
            try {
                state.setNote(note.getBytes(StandardCharsets.UTF_8));
            } catch (ErrnoException e) {
                ERRORS.log("", () -> "kept container " + number + ": the resolver's note is lost: " + e.getMessage());
            }
        });
    }

    /**
     * Called before anything of a kept container is looked at that might end this process. Returns {@link #tries} from
     * before.
     */
    long countTry(int number) {
        long tries = tries(number);
        setTries(number, tries + 1);
        return tries;
    }

    /** Called when a container is served. */
    void forgetTries(int number) {
        if (tries(number) != 0) {
            setTries(number, 0);
        }
    }

    /** How many agents have ended, since the container was served last, while they went on with it. */
    long tries(int number) {
        return state(number).map(ContainerMemfd::tries).orElse(0L);
    }

    private void setTries(int number, long tries) {
        state(number).ifPresent(state -> {
            try {
                state.setTries(tries);
            } catch (ErrnoException e) {
                LOG.debug("kept container {}: {}", number, e.getMessage());
            }
        });
    }

    /** What the resolver has noted; empty if that was nothing. */
    String note(int number) {
        return state(number)
                .map(state -> new String(state.note(), StandardCharsets.UTF_8))
                .orElse("");
    }

    /** Of a container that was kept before this agent, for whoever it is. Owns its state from now on. */
    void adopt(int number, Optional<ContainerMemfd> state) {
        state.ifPresent(known -> states.put(number, known));
        adopt(number, "", 0);
    }

    /** Called when its account is known, and how much is kept of it. */
    synchronized void adopt(int number, String account, int size) {
        free(number);
        use(number, new Place(account, size));
    }

    /**
     * An account may take a place only while it has less than a fraction of what is free. So the next one finds room.
     */
    private synchronized int nextNumber(String account, int size) {
        Share share = shares.getOrDefault(account, Share.NONE);
        long free = mostBytes - bytes;
        if ((long) share.places * FRACTION >= most - used.size() || size > free || share.bytes > free / FRACTION) {
            return NOT_KEPT;
        }
        do {
            last = last == LARGEST ? 1 : last + 1;
        } while (used.containsKey(last));
        use(last, new Place(account, size));
        return last;
    }

    private void use(int number, Place place) {
        used.put(number, place);
        bytes += place.bytes;
        shares.merge(place.account, Share.NONE.plus(1, place.bytes), (some, one) -> some.plus(1, place.bytes));
    }

    private synchronized void free(int number) {
        Place place = used.remove(number);
        if (place != null) {
            bytes -= place.bytes;
            shares.computeIfPresent(
                    place.account, (name, share) -> share.places == 1 ? null : share.plus(-1, -place.bytes));
        }
    }

    /** Called when a listener has ended, or when what is kept of it is of no use. Waits for nobody. */
    void remove(int number) {
        Optional.ofNullable(states.remove(number)).ifPresent(ContainerMemfd::close);
        if (number != NOT_KEPT && !left) {
            forget(number);
            free(number);
        }
    }

    /**
     * Called when the agent closes a listener and will not come to {@link #remove} it for sure: a thread that has it
     * may be late, and by then nobody talks to the keeper any more. Waits for nobody.
     */
    void letGo(int number) {
        if (!left && isUsed(number)) {
            forget(number);
        }
    }

    private synchronized boolean isUsed(int number) {
        return used.containsKey(number);
    }

    private void forget(int number) {
        tell(socket -> {
            socket.remove(LISTENER + number);
            socket.remove(STATE + number);
        });
    }

    /** From now on everything stays as it is, for the next agent. */
    void leave() {
        left = true;
    }

    private void tell(Consumer<KeeperSocket> what) {
        try {
            keeper.ifPresent(what);
        } catch (ErrnoException e) {
            ERRORS.log("", () -> "the keeper is gone: " + e.getMessage());
        }
    }
}
