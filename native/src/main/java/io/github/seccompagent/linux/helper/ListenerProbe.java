package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process that tries an agent. It connects to the agent's socket as a container runtime does, hands over a listener,
 * makes a notified getppid(2), and checks that the answer is CONTINUE. For use by one thread.
 */
public final class ListenerProbe implements AutoCloseable {
    /**
     * The id of its container in the state that it sends (probe.c). OCI runtimes accept no id with a slash, so no
     * container has this id. An agent accepts it from its own probe only.
     */
    public static final String CONTAINER_ID = "/probe";

    // The process gives up after five seconds by itself, unless somebody has stopped it.
    private static final int PATIENCE_MILLIS = 6_000;
    private static final int LISTENING_SIZE = 12;

    private final MessageBuffer buffer = new MessageBuffer(8192);
    private final HelperProgram.Started helper = HelperProgram.start(List.of("probe")); // last, since it is to be ended

    /** The process that called listen(2) for a socket. A pid of 0 means that it is not visible here. */
    public record ListeningProcess(int pid, int uid) {}

    /**
     * What came of a trial.
     *
     * @param listening who listens; empty if there was no connection
     * @param failure as {@link #tryOut(Path)} throws; empty if the call was answered as it should
     */
    public record Outcome(Optional<ListeningProcess> listening, Optional<ErrnoException> failure) {}

    /** The pid of the process, which does nothing yet. It names this pid as its container's. */
    public int pid() {
        return helper.pid();
    }

    /**
     * Has the process try the agent in this process, once.
     *
     * @throws ErrnoException ETIMEDOUT if there is no answer within five seconds, or six if the process does not get to
     *     run; otherwise what went wrong, for example ECONNREFUSED, or ENOSYS if the agent closes the listener
     */
    public void tryOut(Path socket) {
        tryOut(socket, PATIENCE_MILLIS);
    }

    void tryOut(Path socket, int patienceMillis) {
        tryOut(socket, CONTAINER_ID, patienceMillis).failure().ifPresent(failure -> {
            throw failure;
        });
    }

    /**
     * Has the process try any agent, once.
     *
     * @param id the id of the container that it pretends to be, of letters, digits and dashes
     */
    public Outcome tryOut(Path socket, String id) {
        return tryOut(socket, id, PATIENCE_MILLIS);
    }

    private Outcome tryOut(Path socket, String id, int patienceMillis) {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.writeBytes(LibC.string(socket.toString()));
        names.writeBytes(LibC.string(id));
        buffer.putBytes(0, names.toByteArray()).send(helper.control().number(), names.size());
        Optional<ListeningProcess> listening = Optional.empty();
        try {
            byte[] message = receive(socket, patienceMillis);
            if (message.length == LISTENING_SIZE) {
                ByteBuffer fields = numbers(message);
                listening = Optional.of(new ListeningProcess(fields.getInt(0), fields.getInt(4)));
                message = receive(socket, patienceMillis);
            }
            return new Outcome(listening, failureIn(message, socket));
        } catch (ErrnoException e) {
            return new Outcome(listening, Optional.of(e));
        }
    }

    private byte[] receive(Path socket, int patienceMillis) {
        if (!Poll.hasInput(helper.control(), patienceMillis)) {
            throw new ErrnoException(Errno.ETIMEDOUT, "no answer of the process that tries the agent at " + socket);
        }
        MessageBuffer.Message message = buffer.receive(helper.control().number());
        message.closeFds();
        return message.bytes();
    }

    private static Optional<ErrnoException> failureIn(byte[] message, Path socket) {
        if (message.length != Integer.BYTES) {
            return Optional.of(new ErrnoException(Errno.ETIMEDOUT, "no answer of the agent at " + socket));
        }
        int error = numbers(message).getInt(0);
        return error == 0 ? Optional.empty() : Optional.of(LibC.failure(error, "a notified call through " + socket));
    }

    private static ByteBuffer numbers(byte[] message) {
        return ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        helper.end();
    }
}
