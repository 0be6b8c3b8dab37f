package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.Fd;
import io.github.seccompagent.linux.Listener;
import io.github.seccompagent.linux.ListenerProbe;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners that are served: asks the resolver for each, and has it join the loop. Safe for use by several threads. */
final class Containers {
    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final StackTraces TRACES = new StackTraces();
    private static final LogLimit NEWS = new LogLimit(LOG::info);
    private static final int RESOLVER_THREADS = 8;
    private static final int MAX_UNRESOLVED = 4096;
    private static final int RESOLVER_THREADS_OF_USERS = 2;
    private static final int MAX_UNRESOLVED_OF_USERS = 1024;
    private static final int MAX_OF_USER = 256;
    private static final HandlerRegistry FAIL_CLOSED = HandlerRegistry.builder()
            .otherwise(SyscallHandler.fail(Errno.EPERM))
            .build();

    private static final HandlerRegistry PROCEED = HandlerRegistry.builder().build();

    private final Resolver resolver;
    private final Dispatcher dispatcher;
    private final Admission admission;
    private final EventLoop loop;
    private final GrantedMounts mounts;
    private final Counters counters;
    private final ContainerInits inits = new ContainerInits();
    private final Set<ServedListener> served = ConcurrentHashMap.newKeySet();
    private final Set<Integer> probes = ConcurrentHashMap.newKeySet(); // pids
    private final Set<ServedContainer> unresolved = ConcurrentHashMap.newKeySet();
    private final ExecutorService resolving = resolvers("resolver-", RESOLVER_THREADS, MAX_UNRESOLVED);
    private final ExecutorService resolvingOfUsers =
            resolvers("resolver-of-users-", RESOLVER_THREADS_OF_USERS, MAX_UNRESOLVED_OF_USERS);
    private volatile boolean closed;

    Containers(
            Resolver resolver,
            Dispatcher dispatcher,
            Admission admission,
            EventLoop loop,
            GrantedMounts mounts,
            Counters counters) {
        this.resolver = resolver;
        this.dispatcher = dispatcher;
        this.admission = admission;
        this.loop = loop;
        this.mounts = mounts;
        this.counters = counters;
    }

    private static ExecutorService resolvers(String name, int count, int waiting) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count,
                count,
                3,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(waiting),
                task -> new Thread(task, name + number.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Takes over a descriptor that came with a state.
     *
     * @param onlyOf the uid whose processes it has to be of, if not anybody's
     * @throws ErrnoException if it is not served; the message says why
     */
    void add(Fd fd, ContainerProcessState state, OptionalInt onlyOf) {
        Listener listener = Listener.of(fd);
        ServedContainer container = containerOf(state, onlyOf, listener);
        if (!isProbe(container)) {
            unresolved.add(container);
        }
        try {
            (onlyOf.isPresent() ? resolvingOfUsers : resolving).execute(() -> serve(listener, container));
        } catch (RejectedExecutionException tooManyOrShutDown) {
            WARNINGS.log(
                    container.account(),
                    () -> "container " + state.id() + ": not served, too many wait for their resolver");
            abandon(listener, container);
        } catch (Throwable e) { // no memory or processes for a thread
            ERRORS.log(container.account(), () -> "container " + state.id() + ": not served: " + e);
            abandon(listener, container);
        }
    }

    private ServedContainer containerOf(ContainerProcessState state, OptionalInt onlyOf, Listener listener) {
        try {
            if (state.id().equals(ListenerProbe.CONTAINER_ID)) {
                return probe(state);
            }
            if (onlyOf.isPresent() && countOf(onlyOf) >= MAX_OF_USER) {
                throw new ErrnoException(Errno.EAGAIN, "its user has as many listeners as a user may");
            }
            return inits.containerOf(state, onlyOf);
        } catch (Throwable e) { // whatever it is, the container is not to wait for ever
            listener.close();
            throw e;
        }
    }

    /**
     * The agent's own process as a container, which is not counted, nor known to {@link #inits}. No container can pass itself
     * off as it, to be spared what its profile says: no OCI runtime takes an id with a slash, a user's id is never just that
     * (see {@link PeerPolicy#believed}), and who can send it all the same holds CAP_SYS_ADMIN over the agent. Even then the
     * pid has to be that of a child of the agent, which keeps it until the trial is over.
     */
    private ServedContainer probe(ContainerProcessState state) {
        if (!probes.contains(state.pid())) {
            throw new ErrnoException(Errno.EPERM, "process " + state.pid() + " does not try the agent, or no longer");
        }
        return ServedContainer.of(state, OptionalInt.empty());
    }

    private long countOf(OptionalInt user) {
        return Stream.concat(unresolved.stream(), served.stream().map(ServedListener::container))
                .filter(container -> container.onlyOf().equals(user))
                .count();
    }

    private static boolean isProbe(ServedContainer container) {
        return container.id().equals(ListenerProbe.CONTAINER_ID);
    }

    private void abandon(Listener listener, ServedContainer container) {
        listener.close();
        ended(container);
    }

    private void ended(ServedContainer container) {
        unresolved.remove(container);
        if (inits.ended(container)) {
            mounts.forget(container.id());
        }
    }

    private void serve(Listener listener, ServedContainer container) {
        if (closed) {
            abandon(listener, container);
            return;
        }
        HandlerRegistry registry = isProbe(container) ? PROCEED : resolve(container);
        unresolved.remove(container);
        ServedListener[] self = new ServedListener[1];
        Runnable atEnd = () -> {
            served.remove(self[0]);
            ended(container);
        };
        self[0] = new ServedListener(listener, container, registry, dispatcher, admission, loop, counters, atEnd);
        served.add(self[0]);
        if (!isProbe(container)) {
            counters.increment(Counter.LISTENERS);
        }
        try {
            self[0].join();
            ContainerProcessState state = container.state();
            // That can be a kubelet's probe, every second.
            String status = state.container().status();
            String owner = registry.owner().isEmpty() ? "" : ", of " + registry.owner();
            if (status.equals(ContainerInits.RUNNING)) {
                LOG.debug("container {}: serving process {}, {}{}", state.id(), state.pid(), status, owner);
            } else if (LOG.isInfoEnabled()) {
                NEWS.log(
                        container.account(),
                        () -> "container " + state.id() + ": serving process " + state.pid() + ", " + status + owner);
            }
        } catch (ErrnoException e) {
            if (!closed) {
                ERRORS.log(
                        container.account(),
                        () -> "container " + container.id() + ": cannot be served: " + e.getMessage());
            }
            self[0].end("it cannot be waited for");
        }
        if (closed) {
            self[0].end("the agent ends");
        }
    }

    private HandlerRegistry resolve(ServedContainer container) {
        String reason;
        try {
            HandlerRegistry registry = resolver.resolve(container.state());
            if (registry != null) {
                return registry;
            }
            reason = "the resolver gave nothing";
        } catch (IllegalArgumentException e) { // what the profile says cannot be followed
            reason = e.getMessage();
        } catch (Throwable e) { // whatever it is, the container waits
            reason = "the resolver threw " + e;
            if (TRACES.isNew(e)) {
                LOG.error("container {}: the resolver threw", container.id(), e);
            }
        }
        String why = reason;
        ERRORS.log(
                container.account(),
                () -> "container " + container.state().id() + ": " + why + "; its notified calls fail with EPERM");
        counters.increment(Counter.RESOLVER_ERRORS);
        return FAIL_CLOSED;
    }

    /**
     * Does something while a process, which is to be the agent's own, can hand over a listener that no resolver is asked for:
     * all its calls proceed.
     */
    void withProbe(int pid, Runnable action) {
        probes.add(pid);
        try {
            action.run();
        } finally {
            probes.remove(pid);
        }
    }

    /** How many containers there are of each state, those with several listeners once. */
    Map<ContainerState, Integer> byState() {
        Map<ContainerState, Set<String>> ids = new EnumMap<>(ContainerState.class);
        for (ContainerState state : ContainerState.values()) {
            ids.put(state, new HashSet<>());
        }
        unresolved.forEach(container -> ids.get(ContainerState.RESOLVING).add(container.id()));
        for (ServedListener listener : listeners()) {
            ContainerState state = listener.registry() == FAIL_CLOSED ? ContainerState.REFUSED : ContainerState.SERVED;
            ids.get(state).add(listener.container().id());
        }
        Map<ContainerState, Integer> counts = new EnumMap<>(ContainerState.class);
        ids.forEach((state, those) -> counts.put(state, those.size()));
        return counts;
    }

    /** How many listeners are served. */
    int count() {
        return listeners().size();
    }

    private List<ServedListener> listeners() {
        return served.stream().filter(each -> !isProbe(each.container())).toList();
    }

    /** Ends everything; later calls of the containers get ENOSYS. */
    void close() {
        closed = true;
        Ending.each(resolving.shutdownNow(), Runnable::run); // they close their listeners
        Ending.each(resolvingOfUsers.shutdownNow(), Runnable::run);
        Ending.each(served, listener -> listener.end("the agent ends"));
    }
}
