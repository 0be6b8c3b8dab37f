package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.process.SecurityLabel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Performs syscalls in the context of targets. It starts seccomp-helper, which keeps idle workers, and takes one worker
 * for each call. If the helper dies, it is started again. Safe for use by several threads.
 */
public final class Executor implements AutoCloseable {
    private final int idleWorkers;
    private final AtomicLong lastWorker = new AtomicLong();
    private @Nullable WorkerPool pool;
    private boolean closed;

    private Executor(int idleWorkers) {
        this.idleWorkers = idleWorkers;
    }

    /**
     * Starts the helper and waits until it can work.
     *
     * @param idleWorkers how many workers wait ahead of need
     * @throws ErrnoException if it cannot be started
     */
    public static Executor start(int idleWorkers) {
        SecurityLabel.isOfThread(); // looks up what this machine has, before a container can use up all descriptors
        Executor executor = new Executor(idleWorkers);
        try {
            executor.take().close();
            return executor;
        } catch (RuntimeException e) {
            executor.close();
            throw e;
        }
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
            current = WorkerPool.start(idleWorkers, lastWorker);
            pool = current;
        }
        return current;
    }

    private synchronized void end(WorkerPool ended) {
        if (pool == ended) {
            pool = null;
            ended.close();
        }
    }

    /** Ends the helper, and with it all workers. */
    @Override
    public synchronized void close() {
        closed = true;
        if (pool != null) {
            end(pool);
        }
    }
}
