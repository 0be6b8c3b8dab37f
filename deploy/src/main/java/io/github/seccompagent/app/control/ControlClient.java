package io.github.seccompagent.app.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.peer.AdministratorConnection;
import io.github.seccompagent.linux.peer.AdministratorSocket;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Asks the running agent. Every way in which that can fail is one line for the user. */
final class ControlClient implements Closeable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private final Path path;
    private final AdministratorConnection connection;
    private final JsonNode hello;
    private int patienceMillis = PATIENCE_MILLIS;

    /**
     * Sends a request, and waits for the first line of the answer.
     *
     * @param socket where the agent listens for runtimes
     * @throws AgentGoneException if there is no agent
     * @throws UsageException if it does not answer that
     */
    ControlClient(Path socket, Protocol.Request request) {
        path = ControlSocket.of(socket.toAbsolutePath());
        connection = connected();
        try {
            send(Protocol.line(request));
            hello = next().orElseThrow(() -> failure("does not answer in time"));
            requireVersion();
        } catch (IOException e) {
            close();
            throw gone("cannot be asked: " + e.getMessage());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void send(byte[] line) {
        try {
            connection.output().write(line);
        } catch (IOException closed) {
            // the agent refuses this client without a look at its request: the answer is there
        }
    }

    private AdministratorConnection connected() {
        requireSocket();
        try {
            return AdministratorSocket.connect(path);
        } catch (ErrnoException e) {
            String socket = "the control socket " + path + " ";
            if (e.errno() == Errno.ECONNREFUSED) {
                throw new AgentGoneException(
                        socket + "is there, but nobody listens: the agent has ended, or is just starting");
            }
            throw new UsageException(socket
                    + (e.errno() == Errno.EACCES
                            ? "is for root only: run this as root"
                            : "cannot be asked: " + e.getMessage()));
        }
    }

    private void requireSocket() {
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & S_IFMT) != S_IFSOCK) {
                throw new UsageException(path + " is no socket: give the agent's own socket with --socketfile");
            }
        } catch (IOException e) {
            throw new AgentGoneException("no agent has the control socket " + path
                    + ": start the agent, or give its socket with --socketfile");
        }
    }

    private void requireVersion() {
        int version = hello.path("version").asInt();
        String type = hello.path("type").asText();
        if (version != Protocol.VERSION) {
            throw failure("speaks version " + version + " of the control protocol, and this program version "
                    + Protocol.VERSION + ": use the seccomp-agent of the same version as the agent");
        }
        if (type.equals(Protocol.ERROR)) {
            throw failure("refuses: " + hello.path("message").asText());
        }
        if (!type.equals(Protocol.HELLO)) {
            throw failure("does not speak the control protocol");
        }
    }

    private UsageException failure(String what) {
        return new UsageException(Printable.of("the agent at " + path + " " + what));
    }

    private AgentGoneException gone(String what) {
        return new AgentGoneException(Printable.of("the agent at " + path + " " + what));
    }

    /** The first line: who answers. */
    JsonNode hello() {
        return hello;
    }

    /** How long the next line may take. */
    void setPatience(Duration patience) {
        patienceMillis = (int) patience.toMillis();
    }

    /**
     * The next line; empty if it does not come in time.
     *
     * @throws AgentGoneException if the agent has ended the connection
     * @throws UsageException if it says something else than a line
     */
    Optional<JsonNode> next() {
        try {
            AdministratorConnection.Line line = connection.readLine(Protocol.LONGEST_ANSWER, patienceMillis);
            if (line.last()) {
                throw gone("has ended the connection: it ends, or is started again");
            }
            JsonNode tree = Protocol.JSON.readTree(new String(line.bytes(), StandardCharsets.UTF_8));
            if (tree == null || !tree.isObject()) {
                throw failure("does not speak the control protocol");
            }
            return Optional.of(tree);
        } catch (SocketTimeoutException late) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw failure("does not speak the control protocol");
        } catch (IOException e) {
            throw gone("cannot be asked: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
