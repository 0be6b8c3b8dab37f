package io.github.seccompagent.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A runtime's connection, on which it sends one container process state: bytes in any number of pieces, descriptors with
 * the first. Owns the socket and all descriptors that came. For use by one thread at a time.
 */
public final class StateConnection implements AutoCloseable {
    /** As large as a state may be. Under CRI-O it is often larger than 4 KiB; 1 MiB is larger than any seen. */
    public static final int MAX_BYTES = 1 << 20;

    private static final ThreadLocal<MessageBuffer> BUFFER =
            ThreadLocal.withInitial(() -> new MessageBuffer(32 * 1024));

    private final Fd socket;
    private final List<Fd> fds = new ArrayList<>();
    private int length;
    private boolean ended;
    private boolean truncated;

    /** Takes the ownership of a connected socket. */
    public StateConnection(Fd socket) {
        this.socket = socket;
    }

    /** The socket, for epoll; stays owned by this object. */
    public int number() {
        return socket.number();
    }

    /**
     * Takes what has come, without waiting.
     *
     * @return the bytes, none at the end of the connection; empty if there is nothing yet
     * @throws io.github.seccompagent.api.ErrnoException if the connection broke
     */
    public Optional<byte[]> receive() {
        Optional<MessageBuffer.Message> next = BUFFER.get().receiveNow(socket.number());
        if (next.isEmpty()) {
            return Optional.empty();
        }
        MessageBuffer.Message message = next.get();
        fds.addAll(message.fds());
        length += message.bytes().length;
        truncated |= message.truncated();
        ended |= message.isEndOfFile();
        return Optional.of(message.bytes());
    }

    /** How many bytes came so far. */
    public int length() {
        return length;
    }

    /** How many descriptors came so far. */
    public int fdCount() {
        return fds.size();
    }

    /** Whether the peer sent more descriptors than one message can be received with. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Whether the peer has closed the connection. */
    public boolean hasEnded() {
        return ended;
    }

    /** Gives away the first descriptor. */
    public Fd takeFd() {
        return fds.remove(0);
    }

    @Override
    public void close() {
        fds.forEach(ForeignFds::close);
        fds.clear();
        socket.close();
    }
}
