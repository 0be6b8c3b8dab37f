package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that tries an agent. It connects to the agent's socket as a container runtime does, hands over a listener,
 * makes a notified getppid(2), and checks that the answer is CONTINUE. For use by one thread.
 */
public final class ListenerProbe implements AutoCloseable {
    /**
     * The id of its container in the state that it sends (probe.c). OCI runtimes accept no id with a slash, so no
     * container has this id.
     */
    public static final String CONTAINER_ID = "/probe";

    // The process gives up after five seconds by itself, unless somebody has stopped it.
    private static final int PATIENCE_MILLIS = 6_000;

    private final MessageBuffer buffer = new MessageBuffer(4096);
    private final HelperProgram.Started helper = HelperProgram.start(List.of("probe")); // last, since it is to be ended

    /** The pid of the process, which does nothing yet. It names this pid as its container's. */
    public int pid() {
        return helper.pid();
    }

    /**
     * Has the process try an agent, once.
     *
     * @throws ErrnoException ETIMEDOUT if there is no answer within five seconds, or six if the process does not get to
     *     run; otherwise what went wrong, for example ECONNREFUSED, or ENOSYS if the agent closes the listener
     */
    public void tryOut(Path socket) {
        tryOut(socket, PATIENCE_MILLIS);
    }

    void tryOut(Path socket, int patienceMillis) {
        byte[] path = LibC.string(socket.toString());
        buffer.putBytes(0, path).send(helper.control().number(), path.length);
        if (!Poll.hasInput(helper.control(), patienceMillis)) {
            throw new ErrnoException(Errno.ETIMEDOUT, "no answer of the process that tries the agent at " + socket);
        }
        MessageBuffer.Message message = buffer.receive(helper.control().number());
        message.closeFds();
        if (message.bytes().length != 4) {
            throw new ErrnoException(Errno.ETIMEDOUT, "no answer of the agent at " + socket);
        }
        int error =
                ByteBuffer.wrap(message.bytes()).order(ByteOrder.nativeOrder()).getInt();
        if (error != 0) {
            throw LibC.failure(error, "a notified call through " + socket);
        }
    }

    @Override
    public void close() {
        helper.end();
    }
}
