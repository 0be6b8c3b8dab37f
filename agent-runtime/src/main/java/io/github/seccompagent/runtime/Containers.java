package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.ListenerProbe;
import io.github.seccompagent.linux.notify.Listener;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners that are served. Asks the resolver about each one and adds it to the loop. Safe for use by several
 * threads.
 */
final class Containers {
    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final int MAX_OF_USER = 256;
    private static final HandlerRegistry PROCEED = HandlerRegistry.builder().build();

    private final Resolution resolution;
    private final Dispatcher dispatcher;
    private final Admission admission;
    private final EventSources sources;
    private final GrantedMounts mounts;
    private final KeptContainers kept;
    private final LeftCalls leftCalls;
    private final int maxListeners;
    private final ContainerNews news;
    private final Counters counters;
    private final RunningContainers running = new RunningContainers();
    private final Tallies tallies = new Tallies();
    private final KeptLater keptLater;
    private final ServedListeners served;
    private final Set<Integer> probes = ConcurrentHashMap.newKeySet(); // pids
    private final AtomicInteger open = new AtomicInteger(); // listeners that are not closed
    private volatile boolean closed;

    Containers(
            Resolution resolution,
            Dispatcher dispatcher,
            Admission admission,
            EventSources sources,
            GrantedMounts mounts,
            KeptContainers kept,
            LeftCalls leftCalls,
            int maxListeners,
            String resolverName,
            Counters counters) {
        this.resolution = resolution;
        this.dispatcher = dispatcher;
        this.admission = admission;
        this.sources = sources;
        this.mounts = mounts;
        this.kept = kept;
        keptLater = new KeptLater(kept.keeper().isPresent(), this::keepNow);
        this.leftCalls = leftCalls;
        this.maxListeners = maxListeners;
        news = new ContainerNews(resolverName);
        served = new ServedListeners(resolution);
        this.counters = counters;
    }

    /**
     * Takes the ownership of a listener that came with a state. It is kept when this returns.
     *
     * @param owner the uid that the container's processes must belong to; empty if any uid will do
     * @param connection as in {@link StoredContainer}
     * @throws ErrnoException if the listener is not served; the message says why
     */
    void add(Fd fd, ContainerProcessState state, OptionalInt owner, long connection) {
        Listener listener = Listener.of(fd);
        ServedContainer container = containerOf(state, owner, listener);
        open.incrementAndGet();
        if (container.isProbe()) {
            serve(listener, KeptContainers.NOT_KEPT, container, PROCEED, List.of());
            return;
        }
        int number = KeptContainers.NOT_KEPT;
        try {
            number = store(listener, container, connection);
            resolution.ask(new Arriving(listener, number, container, List.of(), nothing -> {}));
        } catch (RejectedExecutionException tooManyOrShutDown) {
            counters.increment(Counter.LISTENER_LIMIT_HITS);
            WARNINGS.log(
                    container.account(),
                    () -> "container " + state.id() + ": not served, too many containers wait for their resolver");
            abandon(listener, number, container);
        } catch (Throwable e) { // no memory
            ERRORS.log(container.account(), () -> "container " + state.id() + ": not served: " + e);
            abandon(listener, number, container);
        }
    }

    /** Does the same for a descriptor that may be no listener. */
    void add(Optional<Fd> fd, ContainerProcessState state, OptionalInt owner, long connection) {
        add(
                fd.orElseThrow(() -> new ErrnoException(Errno.ENOTTY, "the descriptor is no seccomp listener")),
                state,
                owner,
                connection);
    }

    private int store(Listener listener, ServedContainer container, long connection) {
        int number = keep(listener.number(), container, connection);
        if (number == KeptContainers.NOT_KEPT && kept.keeper().isPresent()) {
            counters.increment(Counter.NOT_KEPT);
        }
        return number;
    }

    private boolean keepNow(ServedListener listener) {
        boolean isKept = listener.keep(fd -> keep(fd, listener.container(), 0));
        noteServed(listener.kept(), listener.registry());
        return isKept;
    }

    private int keep(int listener, ServedContainer container, long connection) {
        StoredContainer stored = new StoredContainer(container, running.isFirst(container), connection);
        int number = kept.store(listener, stored);
        keepNotes(number, stored);
        return number;
    }

    /** Has kept what is noted about a container from now on, and knows what was noted before. */
    private void keepNotes(int number, StoredContainer stored) {
        ServedContainer container = stored.container();
        kept.state(number).ifPresent(state -> {
            mounts.keep(container.id(), state.mounts(), stored.first());
            container.freezer().keep(state.causes());
        });
    }

    /**
     * Goes on with a listener that an agent before this one has served.
     *
     * @param stored empty if its container cannot be read: then all its calls fail with EPERM
     * @param left the slots with its calls that are to be handled again
     * @param before what has to be done before anything is received; may take some time
     */
    void restore(
            Listener listener,
            int number,
            Optional<StoredContainer> stored,
            List<Slots.Slot> left,
            Consumer<ServedContainer> before) {
        open.incrementAndGet();
        StoredContainer known = stored.orElseGet(() -> StoredContainer.unreadable(number));
        ServedContainer container = known.container();
        if (stored.isEmpty()) {
            serve(listener, number, container, Resolution.FAIL_CLOSED, left);
            return;
        }
        // A container of the same name may be there by now. It has none of what this one had.
        if (container.hasFirstProcess()) {
            if (known.first()) {
                running.restore(container);
            }
            keepNotes(number, known);
        }
        resolution.askForKept(new Arriving(listener, number, container, left, before));
    }

    private ServedContainer containerOf(ContainerProcessState state, OptionalInt owner, Listener listener) {
        try {
            if (state.id().equals(ListenerProbe.CONTAINER_ID)) {
                return probe(state);
            }
            if (open.get() >= maxListeners) {
                counters.increment(Counter.LISTENER_LIMIT_HITS);
                throw new ErrnoException(Errno.EAGAIN, "as many listeners are served as may be, " + maxListeners);
            }
            if (owner.isPresent() && served.countOf(owner) >= MAX_OF_USER) {
                counters.increment(Counter.LISTENER_LIMIT_HITS);
                throw new ErrnoException(Errno.EAGAIN, "its user has as many listeners as a user may");
            }
            return running.containerOf(state, owner);
        } catch (Throwable e) { // whatever it is, the container must not wait for ever
            listener.close();
            throw e;
        }
    }

    /**
     * The agent's own probe process, as a container. It is not counted, and {@link #running} does not know it. No
     * container can pretend to be the probe to escape its profile. No OCI runtime accepts an id with a slash, and a
     * user's id is never exactly that (see {@link PeerPolicy#believed}). Whoever can send it all the same holds
     * CAP_SYS_ADMIN over the agent. Even then the pid has to be that of a child of the agent, and the child keeps its
     * pid until the trial is over.
     */
    private ServedContainer probe(ContainerProcessState state) {
        if (!probes.contains(state.pid())) {
            throw new ErrnoException(Errno.EPERM, "process " + state.pid() + " is no probe of the agent");
        }
        return ServedContainer.of(state, OptionalInt.empty());
    }

    private void abandon(Listener listener, int number, ServedContainer container) {
        listener.close();
        open.decrementAndGet();
        forget(number, container);
    }

    private void forget(ServedListener listener) {
        served.remove(listener);
        open.decrementAndGet();
        ServedContainer container = listener.container();
        forget(listener.kept(), container);
        if (tallies.leave(container, listener.tally()) && !closed && !container.isProbe()) {
            news.ended(listener);
        }
    }

    private void forget(int number, ServedContainer container) {
        kept.state(number).ifPresent(state -> mounts.unkeep(container.id(), state.mounts()));
        kept.remove(number);
        if (running.forget(container)) {
            mounts.forget(container.id());
        }
    }

    /** Null if it is not served, since the agent ends. */
    private @Nullable ServedListener serve(
            Listener listener, int number, ServedContainer container, HandlerRegistry registry, List<Slots.Slot> left) {
        if (closed) {
            abandon(listener, number, container);
            return null;
        }
        noteServed(number, registry);
        ServedListener added = new ServedListener(
                listener,
                number,
                container,
                tallies.join(container),
                registry,
                dispatcher,
                admission,
                sources,
                counters,
                this::forget);
        served.add(added);
        left.forEach(slot -> leftCalls.answer(added, slot));
        if (!container.isProbe()) {
            counters.increment(Counter.LISTENERS);
        }
        try {
            added.join();
            news.served(container, registry);
        } catch (ErrnoException e) {
            if (!closed) {
                ERRORS.log(
                        container.account(),
                        () -> "container " + container.id() + ": cannot be served: " + e.getMessage());
            }
            added.end("it cannot be waited for");
        }
        if (closed) {
            added.end("the agent ends");
        }
        return added;
    }

    /** Keeps what the resolver wants to be told. One that has not answered has told nothing. */
    private void noteServed(int number, HandlerRegistry registry) {
        if (registry != Resolution.FAIL_CLOSED) {
            kept.setNote(number, registry.note());
            kept.forgetTries(number);
        }
    }

    /**
     * Looks after those that wait for their resolver or are not kept. Returns whether it has to be called again soon.
     */
    boolean look(long now) {
        keptLater.look(served::all, now);
        return resolution.look(now);
    }

    /**
     * Runs an action. Meanwhile one process, a child of the agent, can hand over a listener for which no resolver is
     * asked. All calls of that listener proceed.
     */
    void withProbe(int pid, Runnable action) {
        probes.add(pid);
        try {
            action.run();
        } finally {
            probes.remove(pid);
        }
    }

    /** For a look at them. Only this adds and removes some. */
    ServedListeners served() {
        return served;
    }

    /** Closes all listeners. Later calls of their containers get ENOSYS. */
    void close() {
        closed = true;
        resolution.close();
        served.each(listener -> {
            listener.end("the agent ends");
            kept.letGo(listener.kept());
        });
    }

    /** A listener whose container waits for its resolver. */
    private final class Arriving implements Arrival {
        private final Listener listener;
        private final int number;
        private final ServedContainer container;
        private final List<Slots.Slot> left;
        private final Consumer<ServedContainer> before;
        private @Nullable ServedListener listening;
        private boolean prepared;
        private boolean abandoned;

        Arriving(
                Listener listener,
                int number,
                ServedContainer container,
                List<Slots.Slot> left,
                Consumer<ServedContainer> before) {
            this.listener = listener;
            this.number = number;
            this.container = container;
            this.left = left;
            this.before = before;
        }

        @Override
        public void prepare() {
            if (!prepared) {
                prepared = true;
                before.accept(container);
            }
        }

        @Override
        public ServedContainer container() {
            return container;
        }

        @Override
        public String note() {
            return kept.note(number);
        }

        @Override
        public void serve(HandlerRegistry registry) {
            ServedListener known = listening;
            if (known == null) {
                listening = Containers.this.serve(listener, number, container, registry, left);
                abandoned = listening == null;
            } else {
                known.use(registry);
                noteServed(known.kept(), registry);
                news.served(container, registry);
            }
        }

        @Override
        public void abandon() {
            if (listening == null && !abandoned) {
                abandoned = true;
                Containers.this.abandon(listener, number, container);
            }
        }

        @Override
        public boolean hasEnded() {
            ServedListener known = listening;
            return abandoned || known != null && known.hasEnded();
        }
    }
}
