package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.process.SecurityLabel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Performs syscalls in the context of targets. It starts seccomp-helper, which keeps idle workers, and takes one worker
 * for each call. If the helper dies, it is started again. With a store, helpers and their workers outlive this process.
 * Safe for use by several threads.
 */
public final class Executor implements AutoCloseable {
    private final int idleWorkers;
    private final ExecutorStore store;
    private @Nullable LeftWorkers left; // guarded by this, like the next three; null until it is asked for
    private @Nullable WorkerPool pool;
    private int last; // the number of its last helper
    private boolean closed;

    private Executor(int idleWorkers, ExecutorStore store) {
        this.idleWorkers = idleWorkers;
        this.store = store;
        int number = store.nextNumber();
        pool = startPool(number);
    }

    /**
     * Starts the helper and waits until it can work.
     *
     * @param idleWorkers how many workers wait ahead of need
     * @throws ErrnoException if it cannot be started
     */
    public static Executor start(int idleWorkers) {
        return start(idleWorkers, ExecutorStore.none());
    }

    /**
     * The same, with helpers that outlive this process. Those that another process has left finish what they do.
     *
     * @param store who has their control sockets
     */
    public static Executor start(int idleWorkers, ExecutorStore store) {
        SecurityLabel.isOfThread(); // looks up what this machine has, before a container can use up all descriptors
        Executor executor = new Executor(idleWorkers, store);
        try {
            executor.take().close();
            return executor;
        } catch (RuntimeException e) {
            executor.abandon();
            throw e;
        }
    }

    /** The workers that the process before this one has left. The first one who asks takes them over. */
    public synchronized LeftWorkers left() {
        LeftWorkers those = left;
        if (those == null) {
            those = new LeftWorkers(store);
            left = those;
        }
        return those;
    }

    /**
     * Takes an idle worker, and waits for one if necessary. Whoever takes it closes it.
     *
     * @throws ErrnoException EIO if there is none to be had
     */
    public ExecutorWorker take() {
        for (int attempt = 0; attempt < 3; attempt++) {
            WorkerPool current = pool();
            ExecutorWorker worker = current.take();
            if (worker != null) {
                return worker;
            }
            end(current);
        }
        throw new ErrnoException(Errno.EIO, "seccomp-helper does not start");
    }

    /**
     * Starts a receiver, which ends when its control socket is closed.
     *
     * @param processes how many processes it may have, up to 255
     * @return its control socket
     * @throws ErrnoException EIO if there is none to be had
     */
    public Fd startReceiver(int processes) {
        return started(pool -> pool.startOther(processes));
    }

    /**
     * Starts an acceptor, which ends when its control socket is closed.
     *
     * @param how how it accepts: the byte in protocol.h
     * @return its control socket
     * @throws ErrnoException EIO if there is none to be had
     */
    public Fd startAcceptor(int listening, int how) {
        return started(pool -> pool.startOther(how, listening));
    }

    private Fd started(Function<WorkerPool, Fd> start) {
        for (int attempt = 0; attempt < 2; attempt++) {
            WorkerPool current = pool();
            try {
                return start.apply(current);
            } catch (ErrnoException gone) {
                end(current);
            }
        }
        throw new ErrnoException(Errno.EIO, "seccomp-helper does not start");
    }

    private synchronized WorkerPool pool() {
        if (closed) {
            throw new ErrnoException(Errno.EIO, "the executor is closed");
        }
        WorkerPool current = pool;
        if (current == null) {
            int before = last;
            current = startPool(store.nextNumber());
            pool = current;
            store.remove(before); // not sooner: else another one could get its number, and so its workers'
        }
        return current;
    }

    /** Its first worker is idle until the store has its control socket. */
    private WorkerPool startPool(int number) {
        WorkerPool started = WorkerPool.start(idleWorkers, number);
        store.store(number, started.control());
        last = number;
        return started;
    }

    private synchronized void end(WorkerPool ended) {
        if (pool == ended) {
            pool = null;
            ended.end();
        }
    }

    /** Ends the helper and all workers, also what the process before this one has left. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        endOwn();
        left().end();
    }

    /** Ends its own helper. What the process before this one has left stays for the next one. */
    public synchronized void abandon() {
        endOwn();
        leaveLeft();
    }

    private void endOwn() {
        closed = true;
        store.remove(last);
        if (pool != null) {
            end(pool);
        }
    }

    /** Leaves all helpers and workers to the next process, if the store has them. */
    public synchronized void leave() {
        closed = true;
        if (pool != null) {
            pool.leave();
            pool = null;
        }
        leaveLeft();
    }

    private void leaveLeft() {
        if (left == null) {
            store.takeLeft().values().forEach(Fd::close);
        } else {
            left.leave();
        }
    }
}
