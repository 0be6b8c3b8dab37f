package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A worker of the helper, for one call. Owns its socket and its pidfd. For use by one thread. */
public final class ExecutorWorker implements AutoCloseable {
    static final ThreadLocal<MessageBuffer> BUFFER = ThreadLocal.withInitial(() -> new MessageBuffer(32 * 1024));

    private static final int SIGKILL = 9;
    private static final int LOOK_AGAIN_MILLIS = 1000;
    private static final int REPLY_SIZE = 48;
    private static final int LINK_SIZE = 4;

    private final Fd socket;
    private final Fd pidfd;
    private final Runnable atEnd;
    private boolean replied;

    /** @param atEnd called when this is closed */
    ExecutorWorker(Fd socket, Fd pidfd, Runnable atEnd) {
        this.socket = socket;
        this.pidfd = pidfd;
        this.atEnd = atEnd;
    }

    /** Where a worker stood when it replied, enum step of protocol.h. */
    public enum Step {
        REQUEST,
        CGROUP,
        STAGE,
        NAMESPACES,
        ROOT,
        CREDENTIALS,
        CAPABILITIES,
        LABEL,
        CALL,
        LINK
    }

    /**
     * A worker's reply.
     *
     * @param step the step that failed, or {@link Step#CALL}
     * @param error the errno, 0 if all went well
     * @param value what the call returned
     * @param missingCapabilities what the caller has and the worker could not take on
     * @param object what the call made, or what was there before it
     * @param fd what an open gave; whoever gets the reply closes it
     */
    public record Reply(
            Step step,
            int error,
            long value,
            long missingCapabilities,
            Optional<FileIdentity> object,
            Optional<Fd> fd) {

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
     * @param stillWanted asked every second, and after something was opened for the worker; false ends it early
     * @throws ErrnoException EIO if the worker died, ETIMEDOUT past the deadline, ECANCELED if it is not wanted any more
     */
    public Reply run(ExecutorRequest request, AdoptedCaller caller, Duration deadline, BooleanSupplier stillWanted) {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            send(request, caller);
            MessageBuffer.Message message = receive(end, stillWanted);
            while (stepOf(message) == Step.LINK) {
                answer(message, caller, stillWanted);
                message = receive(end, stillWanted);
            }
            return replyOf(message);
        } catch (ErrnoException e) {
            throw e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET ? died() : e;
        } finally {
            if (!replied) {
                kill(); // before anybody is told that the call failed, or can make it again
            }
        }
    }

    private void kill() {
        SyscallNumbers.signal(pidfd, SIGKILL);
    }

    private void send(ExecutorRequest request, AdoptedCaller caller) {
        int size = request.size(caller);
        MessageBuffer buffer = BUFFER.get();
        if (size > buffer.capacity()) {
            buffer = new MessageBuffer(size); // tens of thousands of groups, or a large extended attribute
        }
        request.write(buffer, caller);
        buffer.send(socket.number(), size, caller.numbers());
    }

    private MessageBuffer.Message receive(long end, BooleanSupplier stillWanted) {
        awaitMessage(end, stillWanted);
        MessageBuffer.Message message = BUFFER.get().receive(socket.number());
        if (message.bytes().length < REPLY_SIZE) {
            message.closeFds();
            throw died();
        }
        return message;
    }

    private static ByteBuffer fieldsOf(MessageBuffer.Message message) {
        return ByteBuffer.wrap(message.bytes()).order(ByteOrder.nativeOrder());
    }

    private static Step stepOf(MessageBuffer.Message message) {
        return Step.values()[fieldsOf(message).getInt(0)];
    }

    /** Opens what the worker asks for, and may not open itself. */
    private void answer(MessageBuffer.Message question, AdoptedCaller caller, BooleanSupplier stillWanted) {
        String name = new String(
                        question.bytes(), REPLY_SIZE, question.bytes().length - REPLY_SIZE, StandardCharsets.US_ASCII)
                .replace("\0", "");
        boolean ofThread = fieldsOf(question).getLong(8) != 0;
        MessageBuffer buffer = BUFFER.get();
        try (Fd link = caller.openMagicLink(name, ofThread)) {
            if (!stillWanted.getAsBoolean()) {
                throw new ErrnoException(Errno.ECANCELED, "on-behalf call");
            }
            buffer.putInt(0, 0).send(socket.number(), LINK_SIZE, link.number());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ECANCELED) {
                throw e;
            }
            buffer.putInt(0, e.errno().number()).send(socket.number(), LINK_SIZE);
        }
    }

    private Reply replyOf(MessageBuffer.Message message) {
        replied = true;
        ByteBuffer fields = fieldsOf(message);
        Optional<Fd> fd = message.fds().stream().findFirst();
        Optional<FileIdentity> object = fields.getLong(32) == 0
                ? Optional.empty()
                : Optional.of(new FileIdentity(fields.getLong(24), fields.getLong(32), fields.getLong(40)));
        return new Reply(stepOf(message), fields.getInt(4), fields.getLong(8), fields.getLong(16), object, fd);
    }

    private static ErrnoException died() {
        return new ErrnoException(Errno.EIO, "the worker died");
    }

    private void awaitMessage(long end, BooleanSupplier stillWanted) {
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

    /**
     * Ends the worker, which may take it a while, or for ever.
     *
     * @param leaving keeps it until it is gone
     */
    public void close(LeavingWorkers leaving) {
        kill();
        socket.close();
        leaving.add(new Fd(pidfd.release()));
        atEnd.run();
    }

    /** Ends the worker. One that has replied has waited for that, for a moment. */
    @Override
    public void close() {
        kill();
        socket.close();
        pidfd.close();
        atEnd.run();
    }
}
