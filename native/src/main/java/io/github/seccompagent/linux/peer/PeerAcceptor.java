package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.process.Processors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections, and tells who connected. It uses processes of its own, which do that at once. The agent's
 * process may be stopped at that moment, for example by its garbage collection, or may have been killed, and the peer
 * would be gone. For use by one thread, except {@link #stop}.
 *
 * <p>The processes outlive the agent if their control sockets are kept. They go on accepting, and what they have
 * accepted waits in those sockets for the next agent. If there is no room any more, connections wait in the kernel.
 */
public final class PeerAcceptor implements AutoCloseable {
    private static final int MAX_PROCESSES = 8;
    private static final int WHICH_SHIFT = 4; // protocol.h
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ListeningSocket socket;
    private final List<AcceptorProcess> processes;
    private final List<AcceptorProcess> leaving = new ArrayList<>();
    private final SocketPair wake = new SocketPair(SocketPair.SOCK_STREAM);
    private int turn; // whose turn it is, as several may have something for long
    private @Nullable AcceptorProcess giving; // has the connection that was next

    /**
     * A connection and who opened it.
     *
     * @param connection a descriptor of it, which the receiver owns
     * @param maybeKnown whether an agent before this one may have got it too
     * @param endedBefore how many others were ended before it, since too many connections waited for the agent
     */
    public record Accepted(Fd connection, Peer peer, boolean maybeKnown, int endedBefore) {}

    /**
     * An acceptor.
     *
     * @param first whether it goes before all other processes; then it has a process for each processor, up to 8, so
     *     that a peer does not go on before one of them has run
     * @param store where its processes are kept, and those of an agent before
     */
    public PeerAcceptor(Executor executor, ListeningSocket socket, boolean first, AcceptorStore store) {
        this.socket = socket;
        int count = first ? Math.min(MAX_PROCESSES, Processors.count()) : 1;
        processes = IntStream.range(0, count)
                .mapToObj(which -> {
                    int how = first ? count | which << WHICH_SHIFT : 0;
                    return new AcceptorProcess(store, which, () -> executor.startAcceptor(socket.number(), how));
                })
                .toList();
        for (AcceptorStore.Kept kept : store.takeKept()) {
            if (kept.wanted()
                    && kept.part() < count
                    && !processes.get(kept.part()).isRunning()) {
                processes.get(kept.part()).adopt(kept);
            } else {
                addLeaving(store, List.of(kept));
            }
        }
    }

    /** Takes over acceptors of another socket. What they have accepted still comes, and then they end. */
    public void addLeaving(AcceptorStore store, List<AcceptorStore.Kept> those) {
        those.forEach(each -> leaving.add(AcceptorProcess.leaving(store, each)));
    }

    /**
     * Starts the processes and waits until they are ready. A peer that connects before may be gone by then.
     *
     * @throws ErrnoException EIO if one does not start
     */
    public void start() {
        processes.forEach(AcceptorProcess::begin); // they start side by side
        processes.forEach(AcceptorProcess::start);
    }

    /**
     * Waits for a connection. It is left where it is, and is still there for whoever comes after this process, until
     * {@link #take}.
     *
     * @throws IOException if the socket was closed, or no process can accept
     */
    public Accepted next() throws IOException {
        while (!socket.isClosed()) {
            try {
                List<AcceptorProcess> running = running();
                List<Fd> polled = Stream.concat(
                                running.stream().flatMap(each -> each.control().stream()), Stream.of(wake.own()))
                        .toList();
                int ready = Poll.any(polled);
                if (ready == running.size() || socket.isClosed()) {
                    continue;
                }
                turn++;
                Optional<Accepted> accepted = running.get(ready).next();
                if (accepted.isPresent()) {
                    giving = running.get(ready);
                    return accepted.get();
                }
                if (!running.get(ready).isRunning()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (ErrnoException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        throw new IOException("the socket is closed");
    }

    /**
     * Takes the connection that was next: from now on nobody else gets it. When this returns, no acceptor has a
     * descriptor of it any more.
     */
    public void take() {
        AcceptorProcess from = giving;
        giving = null;
        if (from != null) {
            from.take();
        }
    }

    /**
     * The processes that run, in turns. First it starts those again that have ended. If one does not start, the others
     * do, and those that would have ended go on.
     */
    private List<AcceptorProcess> running() {
        ErrnoException failure = null;
        for (AcceptorProcess each : processes) {
            try {
                each.start();
            } catch (ErrnoException e) {
                failure = e;
            }
        }
        leaving.removeIf(each -> !each.isRunning());
        if (failure == null) {
            leaving.forEach(AcceptorProcess::retire);
        }
        List<AcceptorProcess> running = new ArrayList<>();
        Stream.concat(processes.stream(), leaving.stream())
                .filter(AcceptorProcess::isRunning)
                .forEach(running::add);
        if (running.isEmpty() && failure != null) {
            throw failure;
        }
        Collections.rotate(running, -turn);
        return running;
    }

    /** Has {@link #next} throw, after the socket was closed or left; for any thread. */
    public void stop() {
        wake.other().close();
    }

    @Override
    public void close() {
        processes.forEach(AcceptorProcess::close);
        leaving.forEach(AcceptorProcess::close);
        wake.close();
    }
}
