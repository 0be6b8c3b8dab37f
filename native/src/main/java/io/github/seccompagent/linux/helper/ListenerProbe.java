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
 * A process that tries an agent: it connects to its socket as a container runtime does, hands over a listener, makes a
 * notified getppid(2), and looks whether that is answered with CONTINUE. For use by one thread.
 */
public final class ListenerProbe implements AutoCloseable {
    /** The id of its container, as it says (probe.c). OCI runtimes take none with a slash, so that no other has it. */
    public static final String CONTAINER_ID = "/probe";

    // It gives up after five seconds itself; unless somebody has stopped it.
    private static final int PATIENCE_MILLIS = 6_000;

    private final MessageBuffer buffer = new MessageBuffer(4096);
    private final HelperProgram.Started helper = HelperProgram.start(List.of("probe")); // last, since it is to be ended

    /** The process, which does nothing yet. It tells this as its container's. */
    public int pid() {
        return helper.pid();
    }

    /**
     * Has it do that, once.
     *
     * @throws ErrnoException ETIMEDOUT if there is no answer within five seconds, or at most six if the process does not get
     *     to run; otherwise what went wrong, such as ECONNREFUSED or, where the agent closes the listener, ENOSYS
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
