package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.SocketPair;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A helper and the workers that it keeps ready. Owns its control socket. Safe for use by several threads. */
final class WorkerPool implements WorkerHome {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int LOOK_AGAIN_MILLIS = 1000;

    private final HelperProgram.Started helper;
    private final ExecutorSocket control;
    private final int executor;
    private final int size;
    private int ready; // guarded by this: workers that were announced or asked for

    private WorkerPool(HelperProgram.Started helper, int executor, int size) {
        this.helper = helper;
        this.executor = executor;
        this.size = size;
        control = new ExecutorSocket(helper.control());
        ready = size;
    }

    /** @param executor its number, which no other executor has */
    static WorkerPool start(int size, int executor) {
        return new WorkerPool(
                HelperProgram.start(List.of("execute", Integer.toString(size), Integer.toString(executor))),
                executor,
                size);
    }

    /** The number of its executor. */
    int executor() {
        return executor;
    }

    /** The descriptor of its control socket. */
    int control() {
        return control.number();
    }

    /** Takes a worker, and waits for one if necessary. Null if the helper is gone or hangs. */
    @Nullable ExecutorWorker take() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        try {
            do {
                Optional<Announcement> announcement = control.receive(LOOK_AGAIN_MILLIS);
                if (announcement.isPresent()) {
                    return workerOf(announcement.get());
                }
                control.sendUnsent();
            } while (System.nanoTime() - end < 0);
            return null;
        } catch (ErrnoException gone) {
            return null;
        }
    }

    private @Nullable ExecutorWorker workerOf(Announcement announcement) {
        if (!announcement.bringsWorker()) {
            announcement.closeFds();
            return null;
        }
        countTaken();
        return announcement.worker(this);
    }

    /**
     * Counts a taken worker. Starting another worker keeps a processor busy that the call needs too, so it comes later
     * if possible.
     */
    private synchronized void countTaken() {
        ready--;
        if (ready < Math.max(1, size / 2)) {
            ready++;
            control.spawn(1);
        }
    }

    @Override
    public synchronized void release(long number) {
        control.release(number, countMissing());
    }

    @Override
    public synchronized void leave(long number, long owner) {
        control.leave(number, owner, countMissing());
    }

    /** How many workers to ask for now that a call is over. */
    private int countMissing() {
        if (ready >= size) {
            return 0;
        }
        ready++;
        return 1;
    }

    /**
     * Has the helper start a receiver or an acceptor; see protocol.h.
     *
     * @param more further sockets that the process gets
     * @return its control socket
     * @throws ErrnoException if the helper is gone
     */
    Fd startOther(int argument, int... more) {
        try (SocketPair pair = new SocketPair(SocketPair.SOCK_SEQPACKET)) {
            control.start(
                    argument,
                    IntStream.concat(IntStream.of(pair.other().number()), IntStream.of(more))
                            .toArray());
            return pair.takeOwn();
        }
    }

    /** Ends the helper and all its workers. */
    void end() {
        control.end();
        control.close();
        helper.awaitEnd();
    }

    /** Leaves the helper and its workers to the next agent. */
    void leave() {
        control.close();
        helper.leave();
    }
}
