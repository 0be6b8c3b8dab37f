package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a runtime, which sends one container process state on it: bytes in any number of pieces, and
 * descriptors with the first piece. Owns the socket and the listeners that came. It costs no process until there is
 * something to receive. For use by one thread at a time.
 */
public final class StateConnection implements AutoCloseable {
    /** The most descriptors that can come with a state. */
    public static final int MAX_FDS = 8; // TAKEN_MAX of protocol.h

    private static final int HEADER = 16; // struct piece of protocol.h
    private static final int MAX_RECEIVERS = 3;
    private static final int PIECE_BYTES = 32 * 1024;
    private static final ThreadLocal<MessageBuffer> BUFFER =
            ThreadLocal.withInitial(() -> new MessageBuffer(HEADER + PIECE_BYTES));

    private final StateReceiver receiver;
    private final Fd connection;
    private final Consumer<Fd> keep;
    private @Nullable Fd pieces; // comes from the process that receives
    private boolean resumed; // that process was started by an agent before
    private long nonce; // what that process was asked with: what it said before is no answer
    private boolean answered; // it repeats from the start on
    private int receivers; // receivers that were asked
    private boolean begun; // something was received here
    private final Map<Integer, Fd> listeners = new HashMap<>(); // by its place among all descriptors
    private int fdCount;
    private int length;
    private boolean ended;
    private boolean truncated;
    private boolean closed;

    /** Takes the ownership of a connected socket. */
    public StateConnection(Fd connection, StateReceiver receiver) {
        this(connection, receiver, pieces -> {});
    }

    /**
     * Takes the ownership of a connected socket.
     *
     * @param keep is given the socket of each process that will receive, before that receives anything: if it keeps the
     *     socket, the process outlives this one
     */
    public StateConnection(Fd connection, StateReceiver receiver, Consumer<Fd> keep) {
        this.connection = connection;
        this.receiver = receiver;
        this.keep = keep;
    }

    /**
     * Goes on with a process that receives for an agent before this one. It repeats all that has come. Takes the
     * ownership of its socket.
     */
    public void resume(Fd kept) {
        pieces = kept;
        resumed = true;
        ask(kept);
    }

    private void ask(Fd socket) {
        nonce = System.nanoTime();
        answered = false;
        try {
            BUFFER.get().putLong(0, nonce).sendNow(socket.number(), Long.BYTES);
        } catch (ErrnoException gone) {
            // its end is seen next
        }
    }

    private Fd waitedFor() {
        Fd socket = pieces;
        return socket == null ? connection : socket;
    }

    /**
     * The descriptor for epoll to wait on. It may be another one after each {@link #receive}. This object still owns
     * it.
     */
    public int number() {
        return waitedFor().number();
    }

    /**
     * Takes what has come. Does not wait.
     *
     * @return the bytes; no bytes at the end of the connection; empty if nothing has come yet
     * @throws ErrnoException if the connection broke, or nobody can receive
     */
    public Optional<byte[]> receive() {
        Fd socket = pieces;
        if (socket == null && BUFFER.get().isAtEnd(connection.number())) {
            ended = true;
            return Optional.of(new byte[0]); // it takes no process to see that
        }
        if (socket == null) {
            receiver.receive(connection).ifPresent(this::begin);
            return Optional.empty();
        }
        Optional<MessageBuffer.Message> next = next(socket);
        if (next.isPresent() && next.get().isEndOfFile() && !begun && receivers < MAX_RECEIVERS) {
            endPieces(socket); // the receiver ended before it received anything
            return receive();
        }
        return next.map(this::take);
    }

    private void endPieces(Fd socket) {
        socket.close();
        pieces = null;
        if (!resumed) {
            receiver.done();
        }
        resumed = false;
    }

    private void begin(Fd started) {
        pieces = started;
        receivers++;
        keep.accept(started);
        ask(started);
    }

    /** Whether something has come on it that nobody has received. Any thread may ask. */
    public boolean hasInput() {
        try {
            return Poll.hasInput(connection, 0);
        } catch (ErrnoException ended) { // a moment ago
            return false;
        }
    }

    /** Whether something has come, and no process could be had to receive it. */
    public boolean waitsForProcess() {
        return pieces == null && !ended;
    }

    private Optional<MessageBuffer.Message> next(Fd socket) {
        Optional<MessageBuffer.Message> next = receiveNow(socket);
        while (!answered && next.isPresent() && !next.get().isEndOfFile()) {
            next.get().closeFds();
            answered = isAnswer(next.get().bytes());
            next = receiveNow(socket);
        }
        return next;
    }

    /** The process may have been killed before it read what it was asked. */
    private static Optional<MessageBuffer.Message> receiveNow(Fd socket) {
        return MessageBuffer.pastReset(() -> BUFFER.get().receiveNow(socket.number()));
    }

    private boolean isAnswer(byte[] bytes) {
        return bytes.length == Long.BYTES
                && ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong() == nonce;
    }

    private byte[] take(MessageBuffer.Message record) {
        if (record.bytes().length < HEADER) {
            record.closeFds();
            throw new ErrnoException(Errno.EIO, "the process that receives has ended");
        }
        begun = true;
        ByteBuffer fields = ByteBuffer.wrap(record.bytes()).order(ByteOrder.nativeOrder());
        keep(record.fds(), fields.getInt(12));
        fdCount += fields.getInt(0);
        truncated |= fields.getInt(4) != 0;
        if (fields.getInt(8) != 0) {
            throw LibC.failure(fields.getInt(8), "recvmsg");
        }
        byte[] bytes = Arrays.copyOfRange(record.bytes(), HEADER, record.bytes().length);
        length += bytes.length;
        ended |= bytes.length == 0;
        return bytes;
    }

    private void keep(List<Fd> fds, int places) {
        int left = places;
        for (Fd fd : fds) {
            Fd before = listeners.put(Integer.numberOfTrailingZeros(left), fd);
            if (before != null) {
                before.close();
            }
            left &= left - 1;
        }
    }

    /** How many bytes have come so far. */
    public int length() {
        return length;
    }

    /** How many descriptors have come so far. */
    public int fdCount() {
        return fdCount;
    }

    /** Whether the peer sent more descriptors than can be received with one message. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Whether the peer has closed the connection. */
    public boolean hasEnded() {
        return ended;
    }

    /** Gives away the descriptor at a place, counted from 0 among all that came; empty if it is no seccomp listener. */
    public Optional<Fd> takeListener(int place) {
        return Optional.ofNullable(listeners.remove(place));
    }

    /** Ends the connection. Nobody may receive from it any more. */
    @Override
    public void close() {
        if (!closed) {
            leave();
            receiver.discard(connection);
        }
    }

    /** Leaves the connection, which is kept, to the next process. */
    public void leaveKept() {
        if (!closed) {
            leave();
            connection.close();
        }
    }

    private void leave() {
        closed = true;
        listeners.values().forEach(Fd::close);
        Fd socket = pieces;
        if (socket != null) {
            endPieces(socket);
        }
    }
}
