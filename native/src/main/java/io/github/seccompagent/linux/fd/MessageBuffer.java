package io.github.seccompagent.linux.fd;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Memory for one message of a Unix socket, unix(7): bytes, and descriptors beside them. recvmsg(2) is called directly.
 * Only in this way no descriptor gets lost, and no process that is started at that moment inherits one. For use by one
 * thread.
 */
public final class MessageBuffer implements AutoCloseable {
    /** SCM_MAX_FD: the most descriptors that can come with one message. */
    private static final int MAX_FDS = 253;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_PEEK = 2;
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int CMSG_HEADER = 16;

    // struct msghdr, struct iovec, the control messages, the bytes.
    private static final int IOVEC = 56;
    private static final int CONTROL = IOVEC + 16;
    private static final int CONTROL_SIZE = CMSG_HEADER + 1024; // 253 descriptors, and the alignment
    private static final int BYTES = CONTROL + CONTROL_SIZE;

    private final NativeBuffer buffer;
    private final int capacity;

    public MessageBuffer(int capacity) {
        this(capacity, new NativeBuffer(BYTES + capacity));
    }

    private MessageBuffer(int capacity, NativeBuffer buffer) {
        this.capacity = capacity;
        this.buffer = buffer;
    }

    /**
     * A buffer for a single large message. Its memory is given back at the close, because the garbage collector does
     * not keep up with many of them.
     */
    public static MessageBuffer once(int capacity) {
        return new MessageBuffer(capacity, NativeBuffer.allocate(BYTES + capacity));
    }

    @Override
    public void close() {
        buffer.close();
    }

    /** A message. Whoever gets it closes the descriptors. {@code truncated}: more came than there was room for. */
    public record Message(byte[] bytes, List<Fd> fds, boolean truncated) {
        public boolean isEndOfFile() {
            return bytes.length == 0;
        }

        public void closeFds() {
            fds.forEach(Fd::close);
        }
    }

    /** Waits for a message. */
    public Message receive(int fd) {
        return receive(fd, 0, CONTROL_SIZE).orElseThrow();
    }

    /** Receives a message without waiting; empty if there is none. */
    public Optional<Message> receiveNow(int fd) {
        return receive(fd, MSG_DONTWAIT, CONTROL_SIZE);
    }

    /**
     * Receives a copy of the next message without waiting, and leaves the message where it is; empty if there is none.
     * The descriptors are copies too.
     */
    public Optional<Message> peekNow(int fd) {
        return receive(fd, MSG_DONTWAIT | MSG_PEEK, CONTROL_SIZE);
    }

    /**
     * Whether the other end was closed and nothing that it sent is left. Does not wait, and leaves everything there.
     */
    public boolean isAtEnd(int fd) {
        return receive(fd, MSG_DONTWAIT | MSG_PEEK, 0).map(Message::isEndOfFile).orElse(false);
    }

    /**
     * Waits for a message that should carry no descriptors. If it carries some, they are not received, and it counts as
     * truncated.
     */
    public Message receiveBytes(int fd) {
        return receive(fd, 0, 0).orElseThrow();
    }

    /** The same, and the message stays to be received again. */
    public Message peekBytes(int fd) {
        return receive(fd, MSG_PEEK, 0).orElseThrow();
    }

    /**
     * Receives from an end whose other one may have been closed without receiving all that was sent. The kernel says
     * that first, and only once, with ECONNRESET. Then comes what the other end has sent.
     *
     * @param receive one of the methods above
     */
    public static <T> T pastReset(Supplier<T> receive) {
        try {
            return receive.get();
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECONNRESET) {
                throw e;
            }
            return receive.get();
        }
    }

    private Optional<Message> receive(int fd, int flags, int control) {
        header(capacity, control);
        long count = LibC.recvmsg(fd, buffer.address(), flags | MSG_CMSG_CLOEXEC);
        while (count < 0 && LibC.errno() == Errno.EINTR.number()) {
            count = LibC.recvmsg(fd, buffer.address(), flags | MSG_CMSG_CLOEXEC);
        }
        if (count < 0 && (flags & MSG_DONTWAIT) != 0 && LibC.errno() == Errno.EAGAIN.number()) {
            return Optional.empty();
        }
        if (count < 0) {
            throw LibC.failure("recvmsg");
        }
        boolean truncated = (buffer.getInt(48) & (MSG_CTRUNC | MSG_TRUNC)) != 0;
        return Optional.of(new Message(buffer.getBytes(BYTES, (int) count), receivedFds(), truncated));
    }

    private List<Fd> receivedFds() {
        List<Fd> fds = new ArrayList<>();
        int end = CONTROL + (int) buffer.getLong(40);
        for (int at = CONTROL; at + CMSG_HEADER <= end; ) {
            int length = (int) buffer.getLong(at);
            if (buffer.getInt(at + 8) == SOL_SOCKET && buffer.getInt(at + 12) == SCM_RIGHTS) {
                for (int fd = at + CMSG_HEADER; fd + 4 <= Math.min(at + length, end); fd += 4) {
                    fds.add(new Fd(buffer.getInt(fd)));
                }
            }
            at += Math.max(CMSG_HEADER, (length + 7) & ~7);
        }
        return fds;
    }

    /**
     * Sends a message in one piece.
     *
     * @param length how many of the bytes in this buffer are sent
     */
    public void send(int fd, int length, int... fds) {
        send(fd, 0, length, fds);
    }

    /** Does the same without waiting. Returns false if there is no room for it. */
    public boolean sendNow(int fd, int length, int... fds) {
        return send(fd, MSG_DONTWAIT, length, fds);
    }

    private boolean send(int fd, int flags, int length, int... fds) {
        if (fds.length > MAX_FDS) {
            throw new IllegalArgumentException("too many descriptors for one message");
        }
        int control = fds.length == 0 ? 0 : CMSG_HEADER + 4 * fds.length;
        buffer.putLong(CONTROL, control).putInt(CONTROL + 8, SOL_SOCKET).putInt(CONTROL + 12, SCM_RIGHTS);
        for (int i = 0; i < fds.length; i++) {
            buffer.putInt(CONTROL + CMSG_HEADER + 4 * i, fds[i]);
        }
        header(length, control);
        while (LibC.sendmsg(fd, buffer.address(), flags | MSG_NOSIGNAL) < 0) {
            int error = LibC.errno();
            if (flags == MSG_DONTWAIT && error == Errno.EAGAIN.number()) {
                return false;
            }
            if (error != Errno.EINTR.number()) {
                throw LibC.failure(error, "sendmsg");
            }
        }
        return true;
    }

    private void header(int length, int control) {
        buffer.clear(0, IOVEC);
        buffer.putLong(16, buffer.address() + IOVEC).putLong(24, 1);
        buffer.putLong(32, control == 0 ? 0 : buffer.address() + CONTROL).putLong(40, control);
        buffer.putLong(IOVEC, buffer.address() + BYTES).putLong(IOVEC + 8, length);
    }

    public MessageBuffer putInt(int offset, int value) {
        buffer.putInt(BYTES + offset, value);
        return this;
    }

    public MessageBuffer putLong(int offset, long value) {
        buffer.putLong(BYTES + offset, value);
        return this;
    }

    public MessageBuffer putBytes(int offset, byte[] value) {
        buffer.putBytes(BYTES + offset, value);
        return this;
    }

    public int capacity() {
        return capacity;
    }
}
