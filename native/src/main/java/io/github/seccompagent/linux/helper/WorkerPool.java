package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.libc.LibC;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A helper and the workers that it keeps ready. Owns the control socket. Safe for use by several threads. */
final class WorkerPool implements AutoCloseable {
    private static final byte[] ONE = {1};
    private static final int PATIENCE_MILLIS = 10_000;

    private final HelperProgram.Started helper;
    private final int size;
    private final AtomicLong lastWorker;
    private int ready; // guarded by this: workers that were announced or asked for
    private boolean closed; // guarded by this

    private WorkerPool(HelperProgram.Started helper, int size, AtomicLong lastWorker) {
        this.helper = helper;
        this.size = size;
        ready = size;
        this.lastWorker = lastWorker;
    }

    /** @param lastWorker the number of the last worker of any pool */
    static WorkerPool start(int size, AtomicLong lastWorker) {
        return new WorkerPool(HelperProgram.start(List.of("execute", Integer.toString(size))), size, lastWorker);
    }

    /** Takes a worker, and waits for one if necessary. Null if the helper is gone or hangs. */
    @Nullable ExecutorWorker take() {
        try {
            int events = Poll.await(helper.control(), PATIENCE_MILLIS);
            // The announcements of a dead helper can still be read, but its workers are gone.
            while (events != 0 && (events & Poll.HUP) == 0) {
                Optional<MessageBuffer.Message> announcement =
                        ExecutorWorker.BUFFER.get().receiveNow(helper.control().number());
                if (announcement.isPresent()) { // otherwise another thread was faster
                    return workerOf(announcement.get());
                }
                events = Poll.await(helper.control(), PATIENCE_MILLIS);
            }
            return null;
        } catch (ErrnoException gone) {
            return null;
        }
    }

    private @Nullable ExecutorWorker workerOf(MessageBuffer.Message announcement) {
        if (announcement.fds().size() != 2) {
            announcement.closeFds();
            return null;
        }
        countTaken();
        return new ExecutorWorker(
                lastWorker.incrementAndGet(),
                announcement.fds().get(0),
                announcement.fds().get(1),
                this::refill);
    }

    /**
     * Counts a taken worker. Starting another worker keeps a processor busy that the call needs too, so it comes later
     * if possible.
     */
    private synchronized void countTaken() {
        ready--;
        if (ready < Math.max(1, size / 2)) {
            askForOne();
        }
    }

    /** Called when a call is over for which a worker was taken. */
    private synchronized void refill() {
        if (ready < size) {
            askForOne();
        }
    }

    private void askForOne() {
        // If the helper is gone, whoever takes the next worker sees that.
        if (!closed && LibC.write(helper.control().number(), ONE, 1) == 1) {
            ready++;
        }
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
            int[] sockets = IntStream.concat(IntStream.of(pair.other().number()), IntStream.of(more))
                    .toArray();
            new MessageBuffer(1)
                    .putBytes(0, new byte[] {(byte) argument})
                    .send(helper.control().number(), 1, sockets);
            return pair.takeOwn();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        helper.end();
    }
}
