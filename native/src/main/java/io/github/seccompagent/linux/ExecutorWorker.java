package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A worker of the helper, for one call. Owns its socket and its pidfd. For use by one thread. */
public final class ExecutorWorker implements AutoCloseable {
    static final ThreadLocal<MessageBuffer> BUFFER = ThreadLocal.withInitial(() -> new MessageBuffer(32 * 1024));

    private static final int SIGKILL = 9;
    private static final int LOOK_AGAIN_MILLIS = 1000;
    private static final int REPLY_SIZE = 24;

    private final Fd socket;
    private final Fd pidfd;
    private boolean replied;

    ExecutorWorker(Fd socket, Fd pidfd) {
        this.socket = socket;
        this.pidfd = pidfd;
    }

    /** Where a worker stood when it replied, enum step of protocol.h. */
    public enum Step {
        REQUEST,
        STAGE,
        NAMESPACES,
        ROOT,
        CREDENTIALS,
        CAPABILITIES,
        CALL
    }

    /**
     * A worker's reply.
     *
     * @param step the step that failed, or {@link Step#CALL}
     * @param error the errno, 0 if all went well
     * @param value what the call returned
     * @param missingCapabilities what the caller has and the worker could not take on
     */
    public record Reply(Step step, int error, long value, long missingCapabilities) {

        /** Whether the call was made, so that its result is the caller's. */
        public boolean isOfTheCall() {
            return step == Step.CALL;
        }

        /** The error. */
        public Errno errno() {
            return LibC.errnoOf(error);
        }
    }

    /**
     * Has the worker do its one call.
     *
     * @param deadline the longest that it may take
     * @param stillWanted asked every second; false ends it early
     * @throws ErrnoException EIO if the worker died, ETIMEDOUT past the deadline, ECANCELED if it is not wanted any more
     */
    public Reply run(ExecutorRequest request, AdoptedCaller caller, Duration deadline, BooleanSupplier stillWanted) {
        int size = request.size(caller);
        MessageBuffer buffer = BUFFER.get();
        if (size > buffer.capacity()) {
            buffer = new MessageBuffer(size); // tens of thousands of groups
        }
        request.write(buffer, caller);
        MessageBuffer.Message message;
        try {
            buffer.send(socket.number(), size, caller.numbers());
            awaitReply(deadline, stillWanted);
            message = buffer.receive(socket.number());
        } catch (ErrnoException e) {
            throw e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET ? died() : e;
        }
        message.closeFds();
        if (message.bytes().length != REPLY_SIZE) {
            throw died();
        }
        replied = true;
        ByteBuffer reply = ByteBuffer.wrap(message.bytes()).order(ByteOrder.nativeOrder());
        return new Reply(Step.values()[reply.getInt(0)], reply.getInt(4), reply.getLong(8), reply.getLong(16));
    }

    private static ErrnoException died() {
        return new ErrnoException(Errno.EIO, "the worker died");
    }

    private void awaitReply(Duration deadline, BooleanSupplier stillWanted) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new ErrnoException(Errno.ETIMEDOUT, "on-behalf call");
            }
            if (Poll.hasInput(socket, (int) Math.min(left, LOOK_AGAIN_MILLIS))) {
                return;
            }
            if (!stillWanted.getAsBoolean()) {
                throw new ErrnoException(Errno.ECANCELED, "on-behalf call");
            }
        }
    }

    /** Lets the worker go; one that has not replied is killed. */
    @Override
    public void close() {
        if (!replied) {
            SyscallNumbers.signal(pidfd, SIGKILL);
        }
        socket.close();
        pidfd.close();
    }
}
