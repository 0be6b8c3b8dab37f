package io.github.seccompagent.app.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.report.UsageException;
import java.io.Closeable;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The agent that somebody watches. When it ends, that may go on with the next one at the same socket. */
final class WatchedAgent implements Closeable {
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** An agent that hangs is killed after 10 seconds, and a hand-over that fails takes 30. */
    private static final Duration LONGEST_AWAY = Duration.ofMinutes(1);

    private final Path socket;
    private final Protocol.Request request;
    private final Optional<PrintStream> notes;
    private ControlClient client;

    /**
     * Asks the agent.
     *
     * @param notes where to say that the agent is away; empty if the watching ends with the agent
     * @throws UsageException if there is no agent, or it does not answer that
     */
    WatchedAgent(Path socket, Protocol.Request request, Optional<PrintStream> notes) {
        this.socket = socket;
        this.request = request;
        this.notes = notes;
        client = new ControlClient(socket, request);
    }

    /**
     * The next line; empty if it does not come in time.
     *
     * @throws UsageException if there is no agent any more, or it says something else than a line
     */
    Optional<JsonNode> next(Duration patience) {
        try {
            client.setPatience(patience);
            return client.next();
        } catch (AgentGoneException gone) {
            if (notes.isEmpty()) {
                throw gone;
            }
            notes.get().println("seccomp-agent: the agent has ended: the next one is awaited for a minute");
            client.close();
            client = nextAgent();
            return Optional.of(client.hello());
        }
    }

    private ControlClient nextAgent() {
        long begin = System.nanoTime();
        while (true) {
            LockSupport.parkNanos(PAUSE.toNanos());
            try {
                return new ControlClient(socket, request);
            } catch (AgentGoneException away) {
                if (System.nanoTime() - begin > LONGEST_AWAY.toNanos()) {
                    throw away;
                }
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
