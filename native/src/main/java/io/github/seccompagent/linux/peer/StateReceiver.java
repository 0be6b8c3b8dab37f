package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.libc.LibC;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes that receive from connections in place of the agent, and close them. Peers send descriptors of their
 * choice, and closing one can take for ever. Whoever closes a connection also closes the descriptors that were sent and
 * never received. So the agent closes no connection itself, and gets only seccomp listeners. Processes that hang are
 * lost, and their number is limited. Safe for use by several threads.
 */
public final class StateReceiver implements AutoCloseable {
    private static final int SHUT_RDWR = 2;
    private static final int MAX_KEPT = 2048;

    private final Executor executor;
    private final int processes;
    private final int patienceMillis;
    private final MessageBuffer buffer = new MessageBuffer(1); // guarded by this
    private final Deque<Fd> kept = new ArrayDeque<>(); // guarded by this: connections that still have to be closed
    private @Nullable Fd control; // guarded by this
    private int atWork; // guarded by this: processes that were had and are not done
    private boolean owesWord; // guarded by this: whether it still has to say that it closed its descriptor
    private boolean closed; // guarded by this

    /**
     * Makes a receiver. Its processes start when there is something to receive.
     *
     * @param executor the executor whose helper starts the processes
     * @param processes how many processes there may be, including those that are lost
     * @param patienceMillis how long {@link #receive} waits for a process; with 0, a connection for which there is none
     *     is refused. Connections that come all at once come faster than processes start. It does not wait while all
     *     processes are at work: their end takes longer.
     */
    public StateReceiver(Executor executor, int processes, int patienceMillis) {
        this.executor = executor;
        this.processes = processes;
        this.patienceMillis = patienceMillis;
    }

    /**
     * Has a process receive what comes on a connection. The caller still owns the connection, and gives it to {@link
     * #discard} later.
     *
     * @return the socket of that process: it receives nothing before it is asked there, see protocol.h. Empty if there
     *     is none now. There is one when others are done
     * @throws ErrnoException EAGAIN if there is none, and the connection may not wait
     */
    synchronized Optional<Fd> receive(Fd connection) {
        try (SocketPair pair = new SocketPair(SocketPair.SOCK_SEQPACKET)) {
            if (!closed && sendSoon(pair.other().number(), connection.number())) {
                atWork++;
                return Optional.of(pair.takeOwn());
            }
            if (closed || patienceMillis == 0) {
                throw new ErrnoException(Errno.EAGAIN, "all processes that receive for this peer hang");
            }
            return Optional.empty();
        }
    }

    /** Called when nothing more is wanted from a process that {@link #receive} has given. */
    synchronized void done() {
        atWork--;
    }

    /** Ends a connection and has a process close it. Takes the ownership. */
    public void discard(Fd connection) {
        LibC.shutdown(connection.number(), SHUT_RDWR); // the peer sees the end at once
        release(connection);
    }

    private synchronized void release(Fd connection) {
        kept.add(connection);
        releaseKept();
        if (closed) {
            kept.clear(); // this process ends soon, and its end closes them without waiting
        }
    }

    private void releaseKept() {
        while (!kept.isEmpty() && !closed && send(kept.getFirst().number())) {
            kept.removeFirst().close();
            owesWord = true;
        }
        keepWord();
    }

    /**
     * Says that the agent has closed its descriptor of a connection. The process that closes the connection waits for
     * that, so it is the last one to close it. Returns false if there is no room for the message.
     */
    private boolean keepWord() {
        if (owesWord && !closed) {
            try {
                owesWord = !buffer.sendNow(control().number(), 1);
            } catch (ErrnoException gone) {
                end();
            }
        }
        return !owesWord;
    }

    /** Whether too many connections wait to be closed, so that no more should be accepted. */
    public synchronized boolean isFull() {
        releaseKept(); // there may be room again, and nothing else would look
        return kept.size() >= MAX_KEPT;
    }

    /** The same for any number of them. */
    public synchronized boolean isClosing() {
        releaseKept();
        return !kept.isEmpty();
    }

    private boolean send(int... fds) {
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                return keepWord() && buffer.sendNow(control().number(), 1, fds);
            } catch (ErrnoException gone) {
                end();
            }
        }
        return false;
    }

    private boolean sendSoon(int... fds) {
        int patience = atWork < processes ? patienceMillis : 0;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
        while (!send(fds)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || !Poll.hasRoom(control(), (int) left)) {
                return false;
            }
        }
        return true;
    }

    private Fd control() {
        Fd started = control;
        if (started == null) {
            started = executor.startReceiver(processes);
            control = started;
        }
        return started;
    }

    /** Starts the processes early, before there is something to receive. */
    public synchronized void start() {
        if (!closed) {
            control();
        }
    }

    private void end() {
        Fd ended = control;
        control = null;
        owesWord = false;
        if (ended != null) {
            ended.close();
        }
    }

    /** Ends the processes. */
    @Override
    public synchronized void close() {
        closed = true;
        kept.clear();
        end();
    }
}
