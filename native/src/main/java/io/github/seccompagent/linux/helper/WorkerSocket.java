package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.process.Processors;

/** The agent's end of a worker's socket. Owns it. For use by one thread at a time. */
final class WorkerSocket implements AutoCloseable {
    static final ThreadLocal<MessageBuffer> BUFFER = ThreadLocal.withInitial(() -> new MessageBuffer(32 * 1024));
    private static final int SHUT_WR = 1;
    private static final int PROCESSORS = Processors.online();
    private static final int ANSWER_SIZE = 16; // struct link

    private final Fd socket;

    WorkerSocket(Fd socket) {
        this.socket = socket;
    }

    /**
     * Sends a request.
     *
     * @return false if the worker does not receive it, since it has ended
     */
    boolean send(RequestEncoder request, int... descriptors) {
        MessageBuffer buffer = BUFFER.get();
        if (request.size() <= buffer.capacity()) {
            return send(request, buffer, descriptors);
        }
        // The caller has tens of thousands of groups, or the extended attribute is large.
        try (MessageBuffer large = MessageBuffer.once(request.size())) {
            return send(request, large, descriptors);
        }
    }

    private boolean send(RequestEncoder request, MessageBuffer buffer, int... descriptors) {
        request.write(buffer);
        return send(buffer, request.size(), descriptors);
    }

    /**
     * Answers a question.
     *
     * @param error an errno, or 0
     */
    void answer(long question, int error, int... descriptors) {
        send(BUFFER.get().putInt(0, error).putLong(8, question), ANSWER_SIZE, descriptors);
    }

    private boolean send(MessageBuffer buffer, int size, int... descriptors) {
        try {
            buffer.send(socket.number(), size, descriptors);
            return true;
        } catch (ErrnoException e) {
            if (!isEnd(e)) {
                throw e;
            }
            return false;
        }
    }

    /** Whether a message, or the end, is there within a time. */
    boolean hasInput(int millis) {
        return Poll.hasInput(socket, millis);
    }

    /**
     * The same for a worker on the same processor, which this thread does not leave meanwhile. False too if a signal
     * came.
     */
    boolean hasInputHere(int millis) {
        return Crossing.await_here(socket.number(), millis, PROCESSORS) > 0;
    }

    /**
     * The next message, which stays there.
     *
     * @throws ErrnoException EIO if the worker has ended without one
     */
    WorkerMessage peek() {
        try {
            MessageBuffer.Message message =
                    MessageBuffer.pastReset(() -> BUFFER.get().peekBytes(socket.number()));
            if (message.isEndOfFile()) {
                throw died();
            }
            return WorkerMessage.of(message);
        } catch (ErrnoException e) {
            throw isEnd(e) ? died() : e;
        }
    }

    /** Takes the message away that {@link #peek} has seen. */
    void drop() {
        MessageBuffer.pastReset(() -> BUFFER.get().receiveBytes(socket.number()));
    }

    private static boolean isEnd(ErrnoException e) {
        return e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET;
    }

    static ErrnoException died() {
        return new ErrnoException(Errno.EIO, "the worker died");
    }

    /** Sends nothing more. A process that still waits for something there gets the end. */
    void shutDown() {
        LibC.shutdown(socket.number(), SHUT_WR);
    }

    /** Whether all processes have ended that have the other end. A worker's children have it too. */
    boolean hasNoOtherEnd() {
        return (Poll.await(socket, 0) & Poll.HUP) != 0;
    }

    /** Gives the socket away. */
    Fd release() {
        return new Fd(socket.release());
    }

    @Override
    public void close() {
        socket.close();
    }
}
