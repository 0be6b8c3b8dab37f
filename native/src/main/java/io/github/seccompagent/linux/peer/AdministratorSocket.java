package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A socket for programs of the machine's administrator, which wait for what they ask. Safe for use by several threads.
 */
public final class AdministratorSocket implements AutoCloseable {
    private final ListeningSocket socket;

    private AdministratorSocket(ListeningSocket socket) {
        this.socket = socket;
    }

    /**
     * Listens on a path, as {@link ListeningSocket#bind(Path)}.
     *
     * @throws IOException if it cannot be done; the message says why
     */
    public static AdministratorSocket bind(Path path) throws IOException {
        return new AdministratorSocket(ListeningSocket.bind(path));
    }

    /**
     * Waits for the next connection.
     *
     * @throws IOException if it fails, or the socket was closed
     */
    public AdministratorConnection accept() throws IOException {
        try {
            return new AdministratorConnection(socket.accept());
        } catch (ErrnoException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Connects to such a socket.
     *
     * @throws ErrnoException as connect(2), such as ECONNREFUSED if nobody listens
     */
    public static AdministratorConnection connect(Path path) {
        return new AdministratorConnection(UnixSocket.connectedTo(path));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
