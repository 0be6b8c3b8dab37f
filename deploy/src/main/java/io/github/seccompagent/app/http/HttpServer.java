package io.github.seccompagent.app.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The server. A server with a thread for each connection, as the JDK's, answers nobody while all its threads wait for clients
 * that say nothing; with a thread for all, a client costs a descriptor and its part of a head. When there are as many as may
 * be, one is cut for each that comes: of the address that has most, so that it is hardly ever that of a kubelet.
 */
public final class HttpServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 512;
    private static final int MAX_SLOW_READERS = 2; // their answers are kept in memory
    private static final int BACKLOG = 4096;
    private static final int ACCEPTS_AT_ONCE = 64;
    private static final int RECEIVE_BUFFER = 16 << 10;
    private static final long TICK_MILLIS = 100;

    private final ServerSocketChannel server;
    private final Selector selector;
    private final HttpHandler handler;
    private final Thread thread = new Thread(this::run, "http");
    private final Connections connections = new Connections();
    private final Connections slow = new Connections(); // of these, whose clients do not take what is written
    private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(RECEIVE_BUFFER);
    private long lastLook = System.nanoTime(); // for what takes too long
    private volatile boolean closed;

    private HttpServer(ServerSocketChannel server, Selector selector, HttpHandler handler) {
        this.server = server;
        this.selector = selector;
        this.handler = handler;
        thread.setDaemon(true);
    }

    /** @throws IOException if the address cannot be bound */
    public static HttpServer start(InetSocketAddress address, HttpHandler handler) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER); // those of its connections
            server.bind(address, BACKLOG);
            server.configureBlocking(false);
            Selector selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
            HttpServer started = new HttpServer(server, selector, handler);
            started.thread.start();
            return started;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** What was bound. */
    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    private void run() {
        while (!closed) {
            try {
                select();
                // Those that come meanwhile are for the next round: a client can send hundreds of requests at a time.
                for (int left = answers.size(); left > 0; left--) {
                    answers.remove().run();
                }
                expire();
            } catch (IOException | RuntimeException e) { // whatever it is, there is a next time
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
            }
        }
        connections.that(each -> true).forEach(HttpConnection::cut);
    }

    private void select() throws IOException {
        if (answers.isEmpty()) {
            selector.select(this::ready, connections.size() == 0 ? 0 : TICK_MILLIS);
        } else {
            selector.selectNow(this::ready);
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof HttpConnection connection) {
            serve(connection);
        } else {
            accept();
        }
    }

    private void accept() {
        for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
            try {
                SocketChannel channel = server.accept();
                if (channel == null) {
                    return;
                }
                begin(channel);
            } catch (IOException e) { // such as no descriptors: one of ours does it, or somebody else's, later
                if (!cutOne(connections)) {
                    LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
                    return;
                }
            }
        }
    }

    private void begin(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            InetAddress client = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
            HttpConnection connection = new HttpConnection(channel, key, client);
            key.attach(connection);
            if (connections.size() >= MAX_CONNECTIONS) {
                cutOne(connections);
            }
            connections.add(connection);
            serve(connection); // mostly its request is there
        } catch (IOException | RuntimeException e) {
            channel.close();
        }
    }

    private void serve(HttpConnection connection) {
        try {
            switch (connection.phase()) {
                case READING -> {
                    boolean more = connection.read(buffer);
                    if (!request(connection) && !more) {
                        end(connection);
                    }
                }
                case WRITING -> write(connection);
                case PARTING -> {
                    if (!connection.read(buffer)) {
                        end(connection);
                    }
                }
                case ANSWERING -> {} // its key is ready for nothing
            }
        } catch (IOException | RuntimeException e) {
            cut(connection);
        }
    }

    /** Has a request answered, if one has come completely. Returns whether. */
    private boolean request(HttpConnection connection) throws IOException {
        int end = connection.headEnd();
        if (end == 0 && !connection.isHeadTooLong()) {
            return false;
        }
        byte[] head = connection.takeHead(end);
        if (end == 0) {
            refuse(connection, HttpAnswer.HEAD_TOO_LARGE, "a head may have " + HttpConnection.MAX_HEAD + " bytes");
            return true;
        }
        Optional<HttpRequest> request = HttpRequest.parse(connection.client(), head);
        if (request.isPresent()) {
            handler.handle(request.get(), answer -> send(connection, request.get(), answer));
        } else {
            refuse(connection, HttpAnswer.BAD_REQUEST, "this is no request of HTTP/1.1");
        }
        return true;
    }

    private void refuse(HttpConnection connection, int status, String reason) throws IOException {
        connection.answer(HttpAnswer.text(status, reason), false, true);
        write(connection);
    }

    private void send(HttpConnection connection, HttpRequest request, HttpAnswer answer) {
        answers.add(() -> {
            if (connection.phase() != HttpConnection.Phase.ANSWERING || !connection.isOpen()) {
                return; // it took too long, or is answered
            }
            try {
                connection.answer(answer, request.keepsAlive(), !request.wantsNoBody());
                write(connection);
            } catch (IOException | RuntimeException e) {
                cut(connection);
            }
        });
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    private void write(HttpConnection connection) throws IOException {
        connection.write();
        if (connection.phase() == HttpConnection.Phase.WRITING) {
            slow.add(connection);
            if (slow.size() > MAX_SLOW_READERS) {
                cutOne(slow);
            }
        } else {
            slow.remove(connection);
        }
        if (connection.phase() == HttpConnection.Phase.READING) {
            request(connection); // one that was sent before the answer to the last one
        }
    }

    private void expire() {
        long now = System.nanoTime();
        if (now - lastLook < TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
            return;
        }
        lastLook = now;
        connections.that(each -> each.isOver(now)).forEach(this::cut);
    }

    /** Cuts one of these, if there is any. */
    private boolean cutOne(Connections some) {
        Optional<HttpConnection> victim = some.victim();
        victim.ifPresent(this::cut);
        return victim.isPresent();
    }

    private void cut(HttpConnection connection) {
        connections.remove(connection);
        slow.remove(connection);
        connection.cut();
    }

    private void end(HttpConnection connection) {
        connections.remove(connection);
        slow.remove(connection);
        connection.close();
    }

    /** Cuts all connections, and ends. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1)); // it waits for nothing
            server.close();
            selector.close();
        } catch (IOException e) {
            // nobody is served any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
