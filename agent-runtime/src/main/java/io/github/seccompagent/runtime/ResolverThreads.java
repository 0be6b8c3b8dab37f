package io.github.seccompagent.runtime;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads that ask the resolver. One that takes long has another one in its place, so that it holds up no other
 * container. There is a limit for those too, because a resolver may never return. Safe for use by several threads.
 */
final class ResolverThreads {
    private static final int IDLE_SECONDS = 3;

    private final int count;
    private final int mostSlow;
    private final ThreadPoolExecutor threads;
    private int slow; // guarded by this

    /**
     * Starts no thread yet.
     *
     * @param mostSlow how many may take long, on top of {@code count}
     * @param waiting how many tasks may wait for a thread
     */
    ResolverThreads(String name, int count, int mostSlow, int waiting) {
        this.count = count;
        this.mostSlow = mostSlow;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), task -> {
                    Thread thread = new Thread(task, name + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs a task on a thread of its own.
     *
     * @throws java.util.concurrent.RejectedExecutionException if too many wait, or after {@link #close}
     * @throws OutOfMemoryError if there is no thread, for lack of memory or processes
     */
    void execute(Runnable task) {
        threads.execute(task);
    }

    /**
     * Called for a thread that takes long.
     *
     * @return false if too many do, so that none comes in its place
     */
    synchronized boolean addSlow() {
        if (slow == mostSlow || threads.isShutdown()) {
            return false;
        }
        slow++;
        threads.setMaximumPoolSize(count + slow);
        try {
            threads.setCorePoolSize(count + slow); // starts a thread if a task waits
        } catch (OutOfMemoryError noThread) {
            // the next task or the next thread that is done starts it
        }
        return true;
    }

    /** Called for such a thread when it has returned. */
    synchronized void removeSlow() {
        slow--;
        threads.setCorePoolSize(count + slow);
        threads.setMaximumPoolSize(count + slow);
    }

    /** Interrupts all threads. Tasks that have not begun are dropped. */
    void close() {
        threads.shutdownNow();
    }
}
