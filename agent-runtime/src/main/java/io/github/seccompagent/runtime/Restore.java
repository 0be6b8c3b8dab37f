package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.keeper.ContainerMemfd;
import io.github.seccompagent.linux.keeper.KeptFds;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has everything served that the agent before this one has served. A call that it had received and not answered is
 * handled again, and the workers that it had asked for something are asked again: they do nothing twice. A call fails
 * with EIO if the agent had begun something for it that no worker does, or if several agents have handled it again and
 * did not survive. For use by one thread.
 */
final class Restore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final int MAX_TRIES = 8; // who ends so many agents may be what ended them
    private static final int MAX_TRIES_OF_CONTAINER = 5;
    private static final int SUSPECT_TRIES = 2;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_WITH_ALL_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long DOZE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final String NOBODY = ""; // no account
    private static final Response EIO = Response.failure(Errno.EIO);

    private final KeptFds kept;
    private final KeptContainers keptContainers;
    private final Slots slots;
    private final Containers containers;
    private final RestartedCalls restarted;
    private final Delays delays;
    private final GrantedMounts mounts;
    private final Executor executor;
    private final Admission admission;
    private final PeerPolicy policy;
    private final Counters counters;
    private final NotificationBuffers buffers = new NotificationBuffers();
    private final TreeMap<Integer, Listener> listeners = new TreeMap<>(); // those that are not served yet, by number
    private final Set<Long> connections = new HashSet<>(); // that brought listeners
    private final Map<Integer, List<Slots.Slot>> left = new HashMap<>(); // with calls that wait, by listener
    private final Map<Integer, StaleCalls> stale = new HashMap<>(); // by listener
    private final Set<Long> wanted = new HashSet<>(); // workers of calls that wait

    Restore(KeptFds kept, Slots slots, AgentParts parts, PeerPolicy policy) {
        this.kept = kept;
        this.slots = slots;
        this.policy = policy;
        keptContainers = parts.kept();
        containers = parts.containers();
        restarted = parts.restarted();
        delays = parts.delays();
        mounts = parts.mounts();
        executor = parts.executor();
        admission = parts.admission();
        counters = parts.counters();
    }

    /** Frees the slots of calls that are over: the threads of the loop need slots. To be called before they start. */
    void freeStale() {
        for (int number : numbers(KeptContainers.LISTENER)) {
            keptContainers.adopt(number, takeState(number));
            take(number).ifPresent(listener -> {
                listeners.put(number, listener);
                left.put(number, valid(listener, number));
            });
        }
        slots.takeLeft(KeptContainers.NOT_KEPT).forEach(this::assign);
        slots.freeLeft(); // those of listeners that are gone
    }

    /** One of a listener that was kept only after the call was received. No two listeners have the same ids. */
    private void assign(Slots.Slot slot) {
        for (Map.Entry<Integer, Listener> each : listeners.entrySet()) {
            if (each.getValue().isValid(buffers, slot.buffers().id())) {
                Objects.requireNonNull(left.get(each.getKey())).add(slot);
                wanted.addAll(slot.buffers().workers());
                return;
            }
        }
        forget(slot);
    }

    private List<Slots.Slot> valid(Listener listener, int number) {
        List<Slots.Slot> valid = new ArrayList<>();
        for (Slots.Slot slot : slots.takeLeft(number)) {
            if (listener.isValid(buffers, slot.buffers().id())) {
                valid.add(slot);
                wanted.addAll(slot.buffers().workers());
            } else {
                keepEffects(slot, number);
            }
        }
        return valid;
    }

    /** Of a call that was answered, or that a signal has taken away: then its thread makes it again. */
    private void keepEffects(Slots.Slot slot, int number) {
        if (slot.isKnown()) {
            delays.restore(slot.buffers());
        }
        stale.computeIfAbsent(number, any -> new StaleCalls(restarted, mounts, slots))
                .add(slot, executor);
    }

    private Optional<Listener> take(int number) {
        try {
            return kept.take(KeptContainers.LISTENER + number).map(Listener::of);
        } catch (ErrnoException e) {
            ERRORS.log("", () -> "kept listener " + number + ": " + e.getMessage());
            forgetState(number);
            return Optional.empty();
        }
    }

    /** Returns how many listeners are served again, or soon. */
    int run() {
        int count = listeners.size();
        long end = System.nanoTime() + PATIENCE_WITH_ALL_NANOS;
        List<Integer> suspects =
                listeners.keySet().stream().filter(this::isSuspect).toList();
        Set<Integer> others = new TreeSet<>(listeners.keySet());
        suspects.forEach(others::remove);
        List<Integer> order = thoseWithMountsFirst(others);
        order.forEach(this::restore);
        for (int number : thoseWithMountsFirst(suspects)) {
            awaitServed(order, end);
            restore(number);
            order.add(number);
        }
        restarted.forgetLeft();
        executor.left().endAllExcept(wanted, admission.leaving(NOBODY));
        numbers(KeptContainers.STATE)
                .forEach(this::forgetState); // the agent was killed before it had stored the listener
        kept.names()
                .forEach(name ->
                        LOG.warn("the keeper has a descriptor of an unknown kind, which is not used: {}", name));
        kept.close();
        return count;
    }

    /** Whether a listener that a connection has brought is served again. */
    boolean hasBrought(long connection) {
        return connections.contains(connection);
    }

    /** Closes the listeners that are not served: they stay kept. */
    @Override
    public void close() {
        listeners.values().forEach(Listener::close);
        listeners.keySet().forEach(number -> keptContainers.state(number).ifPresent(ContainerMemfd::close));
        listeners.clear();
    }

    private List<Integer> numbers(String kind) {
        return kept.names().stream()
                .filter(name -> name.matches(kind + "[1-9][0-9]{0,4}"))
                .flatMapToInt(name -> IntStream.of(Integer.parseInt(name.substring(kind.length()))))
                .sorted()
                .boxed()
                .toList();
    }

    private void forgetState(int number) {
        kept.take(KeptContainers.STATE + number).ifPresent(Fd::close);
        keptContainers.remove(number);
    }

    private Optional<ContainerMemfd> takeState(int number) {
        try {
            return kept.take(KeptContainers.STATE + number).map(ContainerMemfd::of);
        } catch (ErrnoException e) {
            LOG.debug("kept state {}: {}", number, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Whether it may be what has ended the agents before this one. Such containers come last, and one by one: so the
     * one that ends this process too is the only one that it can have been.
     */
    private boolean isSuspect(int number) {
        return keptContainers.tries(number) >= SUSPECT_TRIES;
    }

    private void awaitServed(List<Integer> begun, long end) {
        long patience = Math.min(end, System.nanoTime() + PATIENCE_NANOS);
        for (int number : begun) {
            while (keptContainers.tries(number) > 0 && System.nanoTime() < patience) {
                LockSupport.parkNanos(DOZE_NANOS);
            }
        }
    }

    /** A program that is executed in a container can take off the mounts that the container has. */
    private List<Integer> thoseWithMountsFirst(Collection<Integer> numbers) {
        List<Integer> first = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        numbers.forEach(number -> (hasMounts(number) ? first : rest).add(number));
        first.addAll(rest);
        return first;
    }

    private boolean hasMounts(int number) {
        return keptContainers
                .state(number)
                .map(state -> !state.mounts().isUntouched())
                .orElse(false);
    }

    private void restore(int number) {
        Optional<StoredContainer> stored = read(number);
        stored.ifPresent(known -> {
            String account = known.container().account();
            connections.add(known.connection());
            restarted.restore(number, account);
            executor.left().takeLeaving(admission.leaving(account));
        });
        Listener listener = Objects.requireNonNull(listeners.remove(number));
        List<Slots.Slot> again = new ArrayList<>();
        for (Slots.Slot slot : left.getOrDefault(number, List.of())) {
            if (stored.isPresent() && mayBeHandledAgain(slot)) {
                again.add(slot);
            } else {
                fail(listener, slot, number);
            }
        }
        StaleCalls over = stale.getOrDefault(number, new StaleCalls(restarted, mounts, slots));
        if (stored.isEmpty()) {
            over.forget(admission.leaving(NOBODY));
        }
        containers.restore(
                listener,
                number,
                stored,
                again,
                container -> over.keep(container, number, admission.leaving(container.account())));
    }

    private static boolean mayBeHandledAgain(Slots.Slot slot) {
        return slot.isKnown() && !slot.buffers().hasBegun() && slot.buffers().tries() < MAX_TRIES;
    }

    private Optional<StoredContainer> read(int number) {
        long tries = keptContainers.countTry(number);
        try {
            if (tries >= MAX_TRIES_OF_CONTAINER) {
                throw new BadStateException(tries + " agents have ended when they went on with it");
            }
            ContainerMemfd state = keptContainers
                    .state(number)
                    .orElseThrow(() -> new ErrnoException(Errno.ENOENT, "it has no state of this version"));
            byte[] json = state.state();
            StoredContainer stored = StoredContainer.of(json);
            keptContainers.adopt(number, stored.container().account(), json.length);
            return Optional.of(
                    new StoredContainer(policy.believed(stored.container()), stored.first(), stored.connection()));
        } catch (ErrnoException | BadStateException e) {
            ERRORS.log(
                    "",
                    () -> "kept container " + number + " is not served, all its notified calls fail with EPERM: "
                            + e.getMessage());
            return Optional.empty();
        }
    }

    private void fail(Listener listener, Slots.Slot slot, int number) {
        counters.increment(Counter.CALLS_LOST_BY_RESTART);
        CallWorkers.closeLeft(slot.buffers(), executor, admission.leaving(NOBODY));
        ERRORS.log(
                "",
                () -> "kept listener " + number + ": a call fails with EIO, since the agent ended while it was made");
        try {
            listener.send(buffers, slot.buffers().id(), EIO);
        } catch (ErrnoException e) {
            LOG.debug("{}", e.getMessage()); // nothing can be answered any more
        }
        forget(slot);
    }

    private void forget(Slots.Slot slot) {
        slot.buffers().clear();
        slots.give(slot);
    }
}
