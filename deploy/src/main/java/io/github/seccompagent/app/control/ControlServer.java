package io.github.seccompagent.app.control;

import io.github.seccompagent.linux.peer.AdministratorConnection;
import io.github.seccompagent.linux.peer.AdministratorSocket;
import io.github.seccompagent.runtime.SeccompAgent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the agent's control socket, beside the socket of the runtimes. Nobody waits for it: it binds and accepts on a
 * thread of its own. If it cannot be bound, this is tried again each second.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int MAX_CLIENTS = 8;
    private static final long FIRST_MILLIS = 300;
    private static final long PAUSE_MILLIS = TimeUnit.SECONDS.toMillis(1);
    private static final long END_MILLIS = 500;

    private final Path path;
    private final Supplier<AgentFacts> facts;
    private final SeccompAgent agent;
    private final Watchers watchers;
    private final AtomicInteger clients = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "control");
    private final CountDownLatch tried = new CountDownLatch(1);
    private volatile boolean closed;
    private @Nullable AdministratorSocket bound; // guarded by this

    private ControlServer(Path socket, String resolver, SeccompAgent agent) {
        Path absolute = socket.toAbsolutePath();
        Instant since = Instant.now();
        this.path = ControlSocket.of(absolute);
        this.facts = () -> AgentFacts.of(absolute.toString(), resolver, since); // to write a time takes a while
        this.agent = agent;
        this.watchers = new Watchers(agent::observe);
    }

    /**
     * Begins to serve, until {@link #close} or the end of the program.
     *
     * @param socket where the agent listens for runtimes
     * @param resolver the name of its resolver
     */
    public static ControlServer start(Path socket, String resolver, SeccompAgent agent) {
        ControlServer server = new ControlServer(socket, resolver, agent);
        server.thread.setDaemon(true);
        server.thread.start();
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "control-end"));
        } catch (IllegalStateException ending) {
            server.close();
        }
        return server;
    }

    /** Waits a moment for the socket, so that whoever is told that the agent is there can ask it. */
    public void awaitSocket() {
        try {
            if (!tried.await(FIRST_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("the control socket is not there yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        String said = "";
        while (!closed) {
            try {
                AdministratorSocket socket = bind();
                if (socket == null) {
                    return;
                }
                said = "";
                tried.countDown();
                serve(socket);
            } catch (IOException | RuntimeException | Error e) {
                String why = String.valueOf(e.getMessage());
                if (!closed && !why.equals(said)) {
                    LOG.warn("ps, trace and top cannot ask this agent: {}; this is tried again each second", why);
                    said = why;
                }
                tried.countDown();
                pause();
            }
        }
    }

    private @Nullable AdministratorSocket bind() throws IOException {
        AdministratorSocket socket = AdministratorSocket.bind(path);
        synchronized (this) {
            if (!closed) {
                bound = socket;
                return socket;
            }
        }
        socket.close();
        return null;
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            LOG.debug("the control socket is not served any more");
        }
    }

    @SuppressWarnings("resource") // the session closes the connection
    private void serve(AdministratorSocket socket) throws IOException {
        try (socket) {
            LOG.debug("the control socket is {}", path);
            while (!closed) {
                begin(socket.accept());
            }
        }
    }

    private void begin(AdministratorConnection connection) {
        if (!connection.isOfAdministrator()) { // before it counts: the places are for administrators
            refuse(connection, "only root with CAP_SYS_ADMIN may ask");
            return;
        }
        if (clients.incrementAndGet() > MAX_CLIENTS) {
            clients.decrementAndGet();
            refuse(connection, "as many clients ask the agent as may, " + MAX_CLIENTS);
            return;
        }
        Session session = new Session(connection, facts.get(), agent::attached, watchers);
        Thread client = new Thread(
                () -> {
                    try {
                        session.run();
                    } finally {
                        clients.decrementAndGet();
                    }
                },
                "control-client");
        client.setDaemon(true);
        try {
            client.start();
        } catch (OutOfMemoryError noThread) {
            clients.decrementAndGet();
            connection.close();
        }
    }

    /** Nobody waits for the client: a new connection always has room for one line. */
    private static void refuse(AdministratorConnection connection, String why) {
        try (connection) {
            new Lines(connection.output()).send(Protocol.Failure.of(why));
        } catch (IOException gone) {
            LOG.debug("a client of the control socket: {}", gone.getMessage());
        }
    }

    /** Stops serving, and removes the socket. Clients that watch see no more calls. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        agent.observe(null);
        synchronized (this) {
            if (bound != null) {
                try {
                    bound.close();
                } catch (IOException e) {
                    LOG.debug("the control socket {} cannot be removed: {}", path, e.getMessage());
                }
            }
        }
        awaitEnd();
    }

    /** The thread may have bound the socket a moment ago, and removes it then. */
    private void awaitEnd() {
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
