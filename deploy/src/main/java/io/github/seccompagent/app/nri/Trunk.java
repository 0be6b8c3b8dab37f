package io.github.seccompagent.app.nri;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** The connected socket of a runtime. Everything that it does ends in time. For use by one thread. */
final class Trunk implements AutoCloseable {
    private static final int CHUNK = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(10); // for the rest of a message, and to get rid of one

    private final SocketChannel socket;
    private final Selector selector;
    private final FrameReader reader = new FrameReader();
    private final ByteBuffer in = ByteBuffer.allocate(CHUNK);
    private final Queue<Frame> ready = new ArrayDeque<>();
    private boolean isWithin; // a message

    private Trunk(SocketChannel socket, Selector selector) {
        this.socket = socket;
        this.selector = selector;
    }

    /** @throws IOException if nobody listens there */
    static Trunk to(Path path) throws IOException {
        SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
        try {
            socket.configureBlocking(false);
            Selector selector = Selector.open();
            socket.register(selector, SelectionKey.OP_READ);
            return new Trunk(socket, selector);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Waits for the next message.
     *
     * @return empty if none has begun within that time
     * @throws EOFException if the runtime has closed the connection
     * @throws IOException if the connection is broken, or a message does not end in time
     */
    Optional<Frame> next(Duration most) throws IOException {
        long begin = System.nanoTime();
        while (ready.isEmpty() && !isWithin) {
            long left = left(most, begin);
            if (left <= 0) {
                return Optional.empty();
            }
            if (await(SelectionKey.OP_READ, left)) {
                read();
            }
        }
        if (ready.isEmpty()) {
            readRest();
        }
        return Optional.of(ready.remove());
    }

    private void readRest() throws IOException {
        long begin = System.nanoTime();
        while (ready.isEmpty()) {
            long left = left(PATIENCE, begin);
            if (left <= 0) {
                throw new BrokenProtocolException("it sends half a message");
            }
            if (await(SelectionKey.OP_READ, left)) {
                read();
            }
        }
    }

    private static long left(Duration most, long begin) {
        return most.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private void read() throws IOException {
        in.clear();
        if (socket.read(in) < 0) {
            throw new EOFException("it has closed the connection");
        }
        in.flip();
        while (in.hasRemaining()) {
            Optional<Frame> frame = reader.next(in);
            frame.ifPresent(ready::add);
            isWithin = frame.isEmpty();
        }
    }

    /** @throws IOException if the connection is broken, or nobody reads */
    void send(Frame frame) throws IOException {
        ByteBuffer bytes = FrameWriter.bytesOf(frame);
        long begin = System.nanoTime();
        while (bytes.hasRemaining()) {
            long left = left(PATIENCE, begin);
            if (left <= 0) {
                throw new IOException("it does not take an answer");
            }
            if (socket.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, left);
            }
        }
    }

    private boolean await(int operation, long millis) throws IOException {
        SelectionKey key = socket.keyFor(selector);
        if (key == null || !key.isValid()) {
            throw new EOFException("the connection is closed");
        }
        key.interestOps(operation);
        selector.select(Math.max(1, millis));
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new EOFException("the agent ends");
        }
        return key.isValid() && (key.readyOps() & operation) != 0;
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            // the socket counts
        }
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
