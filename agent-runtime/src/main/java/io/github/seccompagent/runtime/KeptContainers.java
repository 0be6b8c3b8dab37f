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
    private final Map<Integer, String> used = new HashMap<>(); // the accounts, by number; guarded by this
    private final Map<String, Integer> places = new HashMap<>(); // how many each account has; guarded by this
    private final ConcurrentMap<Integer, ContainerMemfd> states = new ConcurrentHashMap<>(); // by number
    private int last; // guarded by this
    private volatile boolean left;

    KeptContainers(Optional<KeeperSocket> keeper) {
        this(keeper, keeper.isEmpty() ? 0 : KeeperSocket.capacity());
    }

    /** @param capacity how many descriptors the keeper keeps: two of each container, and others */
    KeptContainers(Optional<KeeperSocket> keeper, int capacity) {
        this.keeper = keeper;
        most = Math.min(LARGEST / 2, Math.max(0, (capacity - OTHERS) / 2));
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
        int number = nextNumber(container.container().account());
        try {
            if (number == NOT_KEPT) {
                throw new ErrnoException(Errno.ENOSPC, "too many listeners are kept already");
            }
            ContainerMemfd state = ContainerMemfd.create(container.toJson());
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
        state(number).ifPresent(state -> {
            try {
                state.setNote(note.getBytes(StandardCharsets.UTF_8));
            } catch (ErrnoException e) {
                ERRORS.log("", () -> "kept container " + number + ": the resolver's note is lost: " + e.getMessage());
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
        adopt(number, "");
    }

    /** Called when its account is known. */
    synchronized void adopt(int number, String account) {
        free(number);
        use(number, account);
    }

    /**
     * An account may take a place only while it has less than a fraction of what is free. So the next one finds room.
     */
    private synchronized int nextNumber(String account) {
        if ((long) places.getOrDefault(account, 0) * FRACTION >= most - used.size()) {
            return NOT_KEPT;
        }
        do {
            last = last == LARGEST ? 1 : last + 1;
        } while (used.containsKey(last));
        use(last, account);
        return last;
    }

    private void use(int number, String account) {
        used.put(number, account);
        places.merge(account, 1, Integer::sum);
    }

    private synchronized void free(int number) {
        String account = used.remove(number);
        if (account != null) {
            places.computeIfPresent(account, (name, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Called when a listener has ended. Waits for nobody. */
    void remove(int number) {
        Optional.ofNullable(states.remove(number)).ifPresent(ContainerMemfd::close);
        if (number == NOT_KEPT || left) {
            return;
        }
        tell(socket -> {
            socket.remove(LISTENER + number);
            socket.remove(STATE + number);
        });
        free(number);
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
