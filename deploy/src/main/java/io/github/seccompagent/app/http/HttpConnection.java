package io.github.seccompagent.app.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A connection: one request, its answer, and then perhaps another request. For use by the server's thread. */
final class HttpConnection {
    static final int MAX_HEAD = 8 << 10;

    private static final long HEAD_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_DISCARDED = 64 << 10;
    private static final int FIRST_ROOM = 512;
    private static final int CHUNK = 16 << 10;
    private static final int SEND_BUFFER = 64 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SelectionKey key;
    private final InetAddress client;
    private Phase phase = Phase.READING;
    private long deadline = System.nanoTime() + HEAD_NANOS;
    private byte[] received = new byte[FIRST_ROOM];
    private int length;
    private int scanned; // how many of these were searched for the end of a head
    private boolean idle; // between two requests
    private ByteBuffer head = NOTHING;
    private ByteBuffer body = NOTHING;
    private boolean last; // no request follows
    private int discarded;

    /** What the connection waits for. */
    enum Phase {
        /** It waits for a head. */
        READING,
        /** It waits for a handler. */
        ANSWERING,
        /** It waits for the client to take the answer. */
        WRITING,
        /**
         * It waits for the client to close. If the server closed while data is unread, the kernel would discard the
         * answer.
         */
        PARTING
    }

    HttpConnection(SocketChannel channel, SelectionKey key, InetAddress client) {
        this.channel = channel;
        this.key = key;
        this.client = client;
    }

    Phase phase() {
        return phase;
    }

    InetAddress client() {
        return client;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    boolean isOver(long now) {
        return now - deadline >= 0;
    }

    /**
     * Reads what has come.
     *
     * @param buffer a buffer to read into
     * @return false if nothing more will come
     */
    boolean read(ByteBuffer buffer) throws IOException {
        boolean parting = phase == Phase.PARTING;
        buffer.clear().limit(parting ? buffer.capacity() : MAX_HEAD + 1 - length);
        int count = channel.read(buffer);
        if (count < 0) {
            return false;
        }
        if (parting) {
            discarded += count;
            return discarded <= MAX_DISCARDED;
        }
        if (idle && count > 0) {
            idle = false;
            deadline = System.nanoTime() + HEAD_NANOS;
        }
        if (length + count > received.length) {
            received = Arrays.copyOf(received, Math.max(2 * received.length, length + count));
        }
        buffer.flip().get(received, length, count);
        length += count;
        return true;
    }

    /** The length of the head that has been read; 0 if it is not complete yet. */
    int headEnd() {
        for (; scanned < length; scanned++) {
            int before = scanned - (scanned > 0 && received[scanned - 1] == '\r' ? 2 : 1);
            if (received[scanned] == '\n' && before >= 0 && received[before] == '\n') {
                return scanned + 1;
            }
        }
        return 0;
    }

    boolean isHeadTooLong() {
        return length > MAX_HEAD;
    }

    /** Returns the head, which has {@code end} bytes, and waits for its handler. */
    byte[] takeHead(int end) {
        byte[] taken = Arrays.copyOf(received, end);
        length -= end;
        scanned = 0;
        System.arraycopy(received, end, received, 0, length);
        if (length == 0) {
            received = new byte[FIRST_ROOM];
        }
        phase = Phase.ANSWERING;
        deadline = System.nanoTime() + ANSWER_NANOS;
        key.interestOps(0);
        return taken;
    }

    /** Sets the answer. {@link #write} writes it. */
    void answer(HttpAnswer answer, boolean keepAlive, boolean withBody) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (withBody && answer.body().length > SEND_BUFFER) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER); // or the kernel buffers megabytes
        }
        last |= !keepAlive;
        head = ByteBuffer.wrap(answer.head(!last));
        body = withBody ? ByteBuffer.wrap(answer.body()) : NOTHING;
        phase = Phase.WRITING;
    }

    /**
     * Writes as much as the client takes, in small pieces. So a client that reads slowly costs no buffer of the
     * answer's size.
     */
    void write() throws IOException {
        boolean taken = true;
        while (taken && head.hasRemaining()) {
            taken = channel.write(head) > 0;
        }
        while (taken && body.hasRemaining()) {
            ByteBuffer chunk = body.slice(body.position(), Math.min(CHUNK, body.remaining()));
            int count = channel.write(chunk);
            body.position(body.position() + count);
            taken = count > 0;
        }
        if (head.hasRemaining() || body.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
            return;
        }
        body = NOTHING;
        if (last) {
            channel.shutdownOutput();
            phase = Phase.PARTING;
            deadline = System.nanoTime() + FAREWELL_NANOS;
        } else {
            phase = Phase.READING;
            idle = length == 0;
            deadline = System.nanoTime() + (idle ? IDLE_NANOS : HEAD_NANOS);
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    /** Closes the connection after its client has closed it. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }

    /** Resets the connection. Otherwise, data that the client does not read would stay in the kernel for minutes. */
    void cut() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // then it is closed as any other
        }
        close();
    }
}
