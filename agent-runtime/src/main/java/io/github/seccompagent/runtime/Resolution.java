package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.SyscallHandler;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the resolver, on threads of its own. Users have other threads than administrators, so they do not hold up
 * administrators. If the resolver fails for a container, the container's calls get EPERM. Safe for use by several
 * threads.
 */
final class Resolution {
    private static final Logger LOG = LoggerFactory.getLogger(Resolution.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final StackTraces TRACES = new StackTraces();
    private static final int THREADS = 8;
    private static final int MAX_WAITING = 4096;
    private static final int THREADS_OF_USERS = 2;
    private static final int MAX_WAITING_OF_USERS = 1024;
    private static final int IDLE_SECONDS = 3;
    private static final int NO_LIMIT = Integer.MAX_VALUE; // but that of the keeper
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    /** The handlers of a container whose resolver fails. */
    static final HandlerRegistry FAIL_CLOSED = HandlerRegistry.builder()
            .otherwise(SyscallHandler.fail(Errno.EPERM))
            .build();

    private final Resolver resolver;
    private final Counters counters;
    private final ExecutorService threads = threads("resolver-", THREADS, MAX_WAITING);
    private final ExecutorService threadsOfKept = threads("resolver-of-kept-", THREADS, NO_LIMIT);
    private final ExecutorService threadsOfUsers =
            threads("resolver-of-users-", THREADS_OF_USERS, MAX_WAITING_OF_USERS);
    private final ExecutorService threadsOfKeptOfUsers =
            threads("resolver-of-kept-of-users-", THREADS_OF_USERS, NO_LIMIT);
    private final Set<KeptTask> pausing = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    // Guarded by this. Compared by identity: two equal ones, such as those of two programs executed at once, count
    // twice.
    private final Set<ServedContainer> pending = Collections.newSetFromMap(new IdentityHashMap<>());

    Resolution(Resolver resolver, Counters counters) {
        this.resolver = resolver;
        this.counters = counters;
    }

    private static ExecutorService threads(String name, int count, int waiting) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count,
                count,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(waiting),
                task -> new Thread(task, name + number.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Runs a task that asks the resolver. The container is pending until {@link #forget}.
     *
     * @throws RejectedExecutionException if too many wait, or after {@link #close}
     */
    void execute(ServedContainer container, Runnable task) {
        synchronized (this) {
            pending.add(container);
        }
        (container.owner().isPresent() ? threadsOfUsers : threads).execute(task);
    }

    /** Serves a container that is known from before. */
    interface KeptTask {
        /** Returns false if it is to be called again later. */
        boolean run();
    }

    /**
     * The same for one that is known from before: it is never turned away, waits for no new one, and is tried again
     * until that succeeds. After {@link #close} the task is called a last time.
     */
    void executeKept(ServedContainer container, KeptTask task) {
        synchronized (this) {
            pending.add(container);
        }
        executeAgain(container, task, FIRST_PAUSE_MILLIS);
    }

    private void executeKept(ServedContainer container, KeptTask task, long pause) {
        (container.owner().isPresent() ? threadsOfKeptOfUsers : threadsOfKept).execute(() -> {
            if (!task.run()) {
                executeLater(container, task, pause);
            }
        });
    }

    private void executeLater(ServedContainer container, KeptTask task, long pause) {
        pausing.add(task);
        long next = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    if (pausing.remove(task)) {
                        executeAgain(container, task, next);
                    }
                });
        if (closed && pausing.remove(task)) {
            task.run();
        }
    }

    private void executeAgain(ServedContainer container, KeptTask task, long pause) {
        try {
            executeKept(container, task, pause);
        } catch (Throwable e) { // closed, or no memory or processes for a thread
            if (closed) {
                task.run();
            } else {
                executeLater(container, task, pause);
            }
        }
    }

    /** Asks the resolver. */
    HandlerRegistry resolve(ServedContainer container) {
        return ask(container, resolver, "its notified calls fail with EPERM").orElse(FAIL_CLOSED);
    }

    /** The same for one that is known from before. Empty if the resolver may only be unable to tell now. */
    Optional<HandlerRegistry> resolveKept(ServedContainer container, String note) {
        return ask(
                container,
                state -> resolver.restore(state, note),
                "it is asked again, and the container's notified calls wait");
    }

    private Optional<HandlerRegistry> ask(ServedContainer container, Resolver chooser, String consequence) {
        String reason;
        try {
            HandlerRegistry registry = chooser.resolve(container.state());
            if (registry != null) {
                return Optional.of(registry);
            }
            reason = "the resolver gave nothing";
        } catch (IllegalArgumentException e) { // the profile asks for something that is not possible
            report(container, e.getMessage() + "; its notified calls fail with EPERM");
            return Optional.of(FAIL_CLOSED);
        } catch (Throwable e) { // whatever it is, the container waits for an answer
            reason = "the resolver threw " + e;
            if (TRACES.isNew(e)) {
                LOG.error("container {}: the resolver threw", container.id(), e);
            }
        }
        report(container, reason + "; " + consequence);
        return Optional.empty();
    }

    private void report(ServedContainer container, String what) {
        ERRORS.log(container.account(), () -> "container " + container.state().id() + ": " + what);
        counters.increment(Counter.RESOLVER_ERRORS);
    }

    /** Marks a container as no longer pending. */
    synchronized void forget(ServedContainer container) {
        pending.remove(container);
    }

    /** The containers that are pending. */
    synchronized List<ServedContainer> pending() {
        return List.copyOf(pending);
    }

    /** Runs the tasks that have not begun, on this thread. */
    void close() {
        closed = true;
        Ending.forEach(threads.shutdownNow(), Runnable::run);
        Ending.forEach(threadsOfUsers.shutdownNow(), Runnable::run);
        Ending.forEach(threadsOfKept.shutdownNow(), Runnable::run);
        Ending.forEach(threadsOfKeptOfUsers.shutdownNow(), Runnable::run);
        Ending.forEach(List.copyOf(pausing), task -> {
            if (pausing.remove(task)) {
                task.run();
            }
        });
    }
}
