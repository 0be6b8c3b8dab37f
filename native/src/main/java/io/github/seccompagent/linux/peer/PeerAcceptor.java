package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.process.Processors;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Accepts connections, and tells who connected. It uses processes of its own, which do that at once. The agent's
 * process may be stopped at that moment, for example by its garbage collection, and the peer would be gone. For use by
 * one thread.
 */
public final class PeerAcceptor implements AutoCloseable {
    private static final int MAX_PROCESSES = 8;
    private static final int WHICH_SHIFT = 4; // protocol.h
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ListeningSocket socket;
    private final List<AcceptorProcess> processes;

    /** A connection and who opened it. */
    public record Accepted(Fd connection, Peer peer) {}

    /**
     * An acceptor.
     *
     * @param first whether it goes before all other processes; then it has a process for each processor, up to 8, so
     *     that a peer does not go on before one of them has run
     */
    public PeerAcceptor(Executor executor, ListeningSocket socket, boolean first) {
        this.socket = socket;
        int count = first ? Math.min(MAX_PROCESSES, Processors.count()) : 1;
        processes = IntStream.range(0, count)
                .map(which -> first ? count | which << WHICH_SHIFT : 0)
                .mapToObj(how -> new AcceptorProcess(executor, socket.number(), how))
                .toList();
    }

    /**
     * Starts the processes and waits until they are ready. A peer that connects before may be gone by then.
     *
     * @throws ErrnoException EIO if one does not start
     */
    public void start() {
        try {
            processes.forEach(AcceptorProcess::start);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Waits for a connection.
     *
     * @throws IOException if the socket was closed, or no process can accept
     */
    public Accepted accept() throws IOException {
        while (!socket.isClosed()) {
            try {
                List<AcceptorProcess> running = running();
                List<Fd> controls = running.stream()
                        .flatMap(each -> each.control().stream())
                        .toList();
                Optional<Accepted> accepted = running.get(Poll.any(controls)).receive();
                if (accepted.isPresent()) {
                    return accepted.get();
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (ErrnoException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        throw new IOException("the socket is closed");
    }

    /** The processes that run. First it starts those again that have ended. If one does not start, the others do. */
    private List<AcceptorProcess> running() {
        ErrnoException failure = null;
        for (AcceptorProcess each : processes) {
            try {
                each.start();
            } catch (ErrnoException e) {
                failure = e;
            }
        }
        List<AcceptorProcess> running =
                processes.stream().filter(each -> each.control().isPresent()).toList();
        if (running.isEmpty() && failure != null) {
            throw failure;
        }
        return running;
    }

    /** Has the processes end, after the socket was closed or left; for any thread. Then {@link #accept} throws. */
    public void stop() {
        processes.forEach(AcceptorProcess::stop);
    }

    @Override
    public void close() {
        processes.forEach(AcceptorProcess::close);
    }
}
