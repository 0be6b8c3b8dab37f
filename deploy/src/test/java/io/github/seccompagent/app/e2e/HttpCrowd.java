package io.github.seccompagent.app.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Clients that behave badly, all in one thread. Each whose connection ends has another one at once. */
final class HttpCrowd implements AutoCloseable {
    private static final int BYTES = 64 << 10;
    private static final int CONNECTS_AT_ONCE = 200;
    private static final int STEP_MILLIS = 10;

    private final InetSocketAddress address;
    private final int clients;
    private final Manner manner;
    private final ByteBuffer first;
    private final ByteBuffer more;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    private final Selector selector;
    private final Thread thread = new Thread(this::run, "crowd");
    private volatile int connected;
    private volatile boolean closed;

    /**
     * How a client behaves.
     *
     * @param first what it sends when it is connected
     * @param more what it sends again and again
     * @param everyMillis how often it does that, as long as its connection takes it; 0 for never
     * @param reads whether it reads answers
     */
    record Manner(String first, String more, int everyMillis, boolean reads) {}

    private HttpCrowd(InetSocketAddress address, int clients, Manner manner) throws IOException {
        this.address = address;
        this.clients = clients;
        this.manner = manner;
        first = ByteBuffer.wrap(manner.first.getBytes(ISO_8859_1)).asReadOnlyBuffer();
        more = ByteBuffer.wrap(manner.more.getBytes(ISO_8859_1)).asReadOnlyBuffer();
        selector = Selector.open();
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns when all have connected once, or are trying for a second. */
    static HttpCrowd begin(InetSocketAddress address, int clients, Manner manner) throws Exception {
        HttpCrowd crowd = new HttpCrowd(address, clients, manner);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (crowd.connected < clients && System.nanoTime() < end) {
            Thread.sleep(STEP_MILLIS);
        }
        return crowd;
    }

    /** How many connections there have been. */
    int connected() {
        return connected;
    }

    private void run() {
        try {
            long lastMore = System.nanoTime();
            while (!closed) {
                for (int i = 0; i < CONNECTS_AT_ONCE && selector.keys().size() < clients; i++) {
                    connect();
                }
                selector.select(this::ready, STEP_MILLIS);
                boolean due = System.nanoTime() - lastMore >= TimeUnit.MILLISECONDS.toNanos(manner.everyMillis);
                if (manner.everyMillis > 0 && due) {
                    lastMore = System.nanoTime();
                    selector.keys().forEach(key -> write(key, more));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 10);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_CONNECT);
        channel.connect(address);
    }

    private void ready(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                connected++;
                key.interestOps(manner.reads ? SelectionKey.OP_READ : 0);
                write(key, first);
            } else if (key.isReadable() && channel.read(buffer.clear()) < 0) {
                channel.close();
            }
        } catch (IOException cut) {
            close(channel);
        }
    }

    private static void write(SelectionKey key, ByteBuffer text) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (channel.isConnected()) {
                channel.write(text.duplicate().rewind());
            }
        } catch (IOException cut) {
            close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        selector.keys().forEach(key -> close((SocketChannel) key.channel()));
        selector.close();
    }
}
