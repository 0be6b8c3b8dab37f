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
 * A small HTTP server with one thread for all connections. A server with a thread for each connection, such as the
 * JDK's, answers nobody while all its threads wait for silent clients. Here, a silent client costs one descriptor and a
 * part of a head.
 *
 * <p>When the number of connections reaches its limit, each new one cuts an old one. That one belongs to the address
 * with the most connections, so it is hardly ever a kubelet's.
 */
public final class HttpServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 512;
    private static final int MAX_SLOW_READERS = 2; // their answers stay in memory
    private static final int BACKLOG = 4096;
    private static final int ACCEPTS_AT_ONCE = 64;
    private static final int RECEIVE_BUFFER = 16 << 10;
    private static final long TICK_MILLIS = 100;

    private final ServerSocketChannel server;
    private final Selector selector;
    private final HttpHandler handler;
    private final Thread thread = new Thread(this::run, "http");
    private final Connections connections = new Connections();
    private final Connections slow = new Connections(); // those of them whose clients do not take the answer
    private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(RECEIVE_BUFFER);
    private long lastLook = System.nanoTime(); // when connections past their deadline were last looked for
    private volatile boolean closed;

    private HttpServer(ServerSocketChannel server, Selector selector, HttpHandler handler) {
        this.server = server;
        this.selector = selector;
        this.handler = handler;
        thread.setDaemon(true);
    }

    /** @throws IOException if the address cannot be bound */
    public static HttpServer start(InetSocketAddress address, HttpHandler handler) throws IOException {
        return start(bind(address), handler);
    }

    /**
     * Listens, and answers nobody yet: who connects waits.
     *
     * @throws IOException if the address cannot be bound
     */
    public static ServerSocketChannel bind(InetSocketAddress address) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER); // its connections inherit it
            server.bind(address, BACKLOG);
            server.configureBlocking(false);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Answers those who connect to what was bound. Owns it from now on. */
    public static HttpServer start(ServerSocketChannel server, HttpHandler handler) throws IOException {
        try {
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

    /** The address that was bound. */
    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    private void run() {
        while (!closed) {
            try {
                select();
                // Answers that come meanwhile wait for the next round: a client can send hundreds of requests at once.
                for (int left = answers.size(); left > 0; left--) {
                    answers.remove().run();
                }
                expire();
            } catch (IOException | RuntimeException e) { // whatever it is, the server must go on
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
            }
        }
        connections.matching(each -> true).forEach(HttpConnection::cut);
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
            } catch (IOException e) { // such as no descriptors: cut one of ours, or wait for somebody to close one
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
            serve(connection); // mostly its request has come already
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
                case ANSWERING -> {} // cannot be: its key has no interest
            }
        } catch (IOException | RuntimeException e) {
            cut(connection);
        }
    }

    /** Hands a request to the handler if it has come completely. Returns whether it has. */
    private boolean request(HttpConnection connection) throws IOException {
        int end = connection.headEnd();
        if (end == 0 && !connection.isHeadTooLong()) {
            return false;
        }
        byte[] head = connection.takeHead(end);
        if (end == 0) {
            refuse(
                    connection,
                    HttpAnswer.HEAD_TOO_LARGE,
                    "a head can have " + HttpConnection.MAX_HEAD + " bytes at most");
            return true;
        }
        Optional<HttpRequest> request = HttpRequest.parse(connection.client(), head);
        if (request.isPresent()) {
            handler.handle(request.get(), answer -> send(connection, request.get(), answer));
        } else {
            refuse(connection, HttpAnswer.BAD_REQUEST, "this is not a request of HTTP/1.1");
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
                return; // it took too long, or was answered already
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
            request(connection); // the client may have sent one before it had the last answer
        }
    }

    private void expire() {
        long now = System.nanoTime();
        if (now - lastLook < TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
            return;
        }
        lastLook = now;
        connections.matching(each -> each.isOver(now)).forEach(this::cut);
    }

    /** Cuts one of {@code some}. Returns false if there is none. */
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

    /** Cuts all connections and ends the thread. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1)); // soon: nothing can block it
            server.close();
            selector.close();
        } catch (IOException e) {
            // the thread has ended, so nobody is served any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
