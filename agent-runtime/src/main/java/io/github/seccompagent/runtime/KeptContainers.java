package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.StateMemfd;
import io.github.seccompagent.linux.notify.Listener;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final int MOST = 8000; // two descriptors each, of 16,384

    private final Optional<KeeperSocket> keeper;
    private final Set<Integer> used = ConcurrentHashMap.newKeySet();
    private int last; // guarded by this
    private volatile boolean left;

    KeptContainers(Optional<KeeperSocket> keeper) {
        this.keeper = keeper;
    }

    /**
     * Has a container kept, from before it is resolved on. The state comes first: so a listener never is without one.
     *
     * @return its number
     */
    int store(Listener listener, StoredContainer container) {
        if (keeper.isEmpty()) {
            return NOT_KEPT;
        }
        int number = nextNumber();
        try (Fd state = StateMemfd.of(container.toJson())) {
            if (number == NOT_KEPT) {
                throw new ErrnoException(Errno.ENOSPC, MOST + " listeners are kept already");
            }
            keeper.get().store(STATE + number, state.number());
            keeper.get().store(LISTENER + number, listener.number());
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

    /** Of a container that was kept before this agent. */
    void adopt(int number) {
        used.add(number);
    }

    private synchronized int nextNumber() {
        if (used.size() >= MOST) {
            return NOT_KEPT;
        }
        do {
            last = last == LARGEST ? 1 : last + 1;
        } while (!used.add(last));
        return last;
    }

    /** Called when a listener has ended. Waits for nobody. */
    void remove(int number) {
        if (number == NOT_KEPT || left) {
            return;
        }
        tell(socket -> {
            socket.remove(LISTENER + number);
            socket.remove(STATE + number);
        });
        used.remove(number);
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
