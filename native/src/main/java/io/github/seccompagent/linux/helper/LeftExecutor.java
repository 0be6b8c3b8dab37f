package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * An executor that an agent before this one has started. It gets no new work, and ends when the last of its workers is
 * released. Safe for use by several threads.
 */
final class LeftExecutor implements WorkerHome {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final RandomGenerator NONCES = new SecureRandom();

    private final int number;
    private final ExecutorSocket control;
    private final ExecutorStore store;
    private final Set<Long> unreleased = new HashSet<>(); // guarded by this
    private boolean ended; // guarded by this

    private LeftExecutor(int number, ExecutorSocket control, ExecutorStore store) {
        this.number = number;
        this.control = control;
        this.store = store;
    }

    /** A worker that was not released. For whom it was killed is 0 if it was not. */
    record Worker(ExecutorWorker worker, long owner) {}

    /**
     * Gives the workers of an executor to somebody. Takes the ownership of its control socket. If the executor is gone
     * or does not answer, there are none.
     */
    static LeftExecutor adopt(int number, Fd socket, ExecutorStore store, Consumer<Worker> to) {
        LeftExecutor executor = new LeftExecutor(number, new ExecutorSocket(socket), store);
        List<Worker> workers = new ArrayList<>();
        try {
            executor.receiveAll(workers::add);
        } catch (ErrnoException gone) {
            workers.forEach(each -> each.worker().close());
            executor.end();
            return executor;
        }
        workers.forEach(to);
        executor.endIfUnused();
        return executor;
    }

    private void receiveAll(Consumer<Worker> to) {
        long nonce = NONCES.nextLong();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        control.again(nonce);
        boolean begun = false;
        while (true) {
            Announcement next = receive(end);
            boolean isOurs = next.number() == nonce;
            if (begun && next.bringsWorker()) {
                add(next.number());
                to.accept(new Worker(next.worker(this), next.owner()));
                continue;
            }
            // What comes before the beginning was for an agent that is gone, and is announced again.
            next.closeFds();
            begun |= isOurs && next.kind() == Announcement.Kind.AGAIN;
            if (isOurs && next.kind() == Announcement.Kind.END) {
                return;
            }
        }
    }

    private Announcement receive(long end) {
        while (true) {
            control.sendUnsent();
            int left = (int) TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new ErrnoException(Errno.ETIMEDOUT, "an executor does not answer");
            }
            Optional<Announcement> announcement = control.receive(Math.min(left, 100));
            if (announcement.isPresent()) {
                return announcement.get();
            }
        }
    }

    private synchronized void add(long worker) {
        unreleased.add(worker);
    }

    @Override
    public void release(long worker) {
        control.release(worker, 0);
        remove(worker);
        endIfUnused();
    }

    private synchronized void remove(long worker) {
        unreleased.remove(worker);
    }

    @Override
    public void leave(long worker, long owner) {
        control.leave(worker, owner, 0);
    }

    private synchronized void endIfUnused() {
        if (unreleased.isEmpty()) {
            end();
        }
    }

    /** Ends it and its workers. */
    synchronized void end() {
        if (!ended) {
            ended = true;
            control.end();
            control.close();
            store.remove(number);
        }
    }

    /** Leaves it and its workers to the next agent. */
    synchronized void leave() {
        ended = true;
        control.close();
    }
}
