package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.ExecutorStore;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.KeptFds;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The executors whose control sockets the keeper has, by their numbers. Safe for use by several threads. */
final class KeptExecutors implements ExecutorStore {
    private static final Logger LOG = LoggerFactory.getLogger(KeptExecutors.class);
    private static final String NAME = "x";
    private static final int LARGEST = 99_999; // a name has 6 characters at most

    private final Optional<KeeperSocket> keeper;
    private final Map<Integer, Fd> left = new TreeMap<>(); // guarded by this
    private final Set<Integer> used = new HashSet<>(); // guarded by this

    /** Takes those over that came from the agent before. */
    KeptExecutors(Keeper keeper) {
        this.keeper = keeper.socket();
        KeptFds kept = keeper.kept();
        for (String name : kept.names()) {
            if (name.matches(NAME + "[1-9][0-9]{0,4}")) {
                int number = Integer.parseInt(name.substring(NAME.length()));
                kept.take(name).ifPresent(control -> left.put(number, control));
                used.add(number);
            }
        }
    }

    /**
     * Any that is free. A slot can name a worker of an executor that is gone, and another keeper's agents choose
     * numbers too. So the numbers are random, and an executor's number stays used until the next executor has one.
     */
    @Override
    public synchronized int nextNumber() {
        int next;
        do {
            next = ThreadLocalRandom.current().nextInt(1, LARGEST + 1);
        } while (used.contains(next));
        return next;
    }

    @Override
    public void store(int number, int control) {
        use(number);
        if (keeper.isEmpty()) {
            return;
        }
        try {
            keeper.get().store(NAME + number, control);
        } catch (ErrnoException e) {
            LOG.error("calls on behalf fail with EIO if the agent is killed meanwhile: {}", e.getMessage());
        }
    }

    private synchronized void use(int number) {
        used.add(number);
    }

    @Override
    public void remove(int number) {
        try {
            keeper.ifPresent(socket -> socket.remove(NAME + number));
        } catch (ErrnoException e) {
            LOG.debug("the keeper is gone: {}", e.getMessage());
        }
        forget(number);
    }

    private synchronized void forget(int number) {
        used.remove(number);
    }

    @Override
    public synchronized Map<Integer, Fd> takeLeft() {
        Map<Integer, Fd> taken = Map.copyOf(left);
        left.clear();
        return taken;
    }
}
