package io.github.seccompagent.app.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.linux.peer.AdministratorConnection;
import io.github.seccompagent.runtime.AttachedContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one client, who is an administrator. */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int SHORTEST_MILLIS = 100;
    private static final int LONGEST_MILLIS = 60_000;

    private final AdministratorConnection connection;
    private final AgentFacts facts;
    private final Supplier<List<AttachedContainer>> attached;
    private final Watchers watchers;

    Session(
            AdministratorConnection connection,
            AgentFacts facts,
            Supplier<List<AttachedContainer>> attached,
            Watchers watchers) {
        this.connection = connection;
        this.facts = facts;
        this.attached = attached;
        this.watchers = watchers;
    }

    /** Answers until everything is said or the client is gone. Closes the connection. */
    void run() {
        try (connection) {
            Lines lines = new Lines(connection.output());
            AdministratorConnection.Line line = connection.readLine(Protocol.LONGEST_REQUEST, PATIENCE_MILLIS);
            if (!line.last()) {
                answer(new String(line.bytes(), StandardCharsets.UTF_8), lines);
            }
        } catch (IOException gone) {
            LOG.debug("a client of the control socket: {}", gone.getMessage());
        } catch (InterruptedException closed) {
            LOG.debug("a client of the control socket: the agent ends");
        }
    }

    private void answer(String line, Lines lines) throws IOException, InterruptedException {
        Protocol.Request request;
        try {
            JsonNode tree = Protocol.JSON.readTree(line);
            int version = tree == null ? 0 : tree.path("version").asInt();
            if (version != Protocol.VERSION) {
                lines.send(Protocol.Failure.of("version " + version + " of the control protocol is not known"));
                return;
            }
            request = Protocol.JSON.treeToValue(tree, Protocol.Request.class);
        } catch (JsonProcessingException e) {
            lines.send(Protocol.Failure.of("the request is no JSON of the control protocol"));
            return;
        }
        switch (String.valueOf(request.command())) {
            case Protocol.PS -> ps(lines);
            case Protocol.TRACE -> watch(new TraceWatcher(request.filter()), lines);
            case Protocol.TOP ->
                watch(
                        new TopWatcher(Math.max(SHORTEST_MILLIS, Math.min(request.intervalMillis(), LONGEST_MILLIS))),
                        lines);
            default -> lines.send(Protocol.Failure.of("the command is not known"));
        }
    }

    private void ps(Lines lines) throws IOException {
        lines.add(facts);
        for (AttachedContainer container : attached.get()) {
            lines.add(ContainerLine.of(container));
        }
        lines.send(new Protocol.Mark(Protocol.END));
    }

    private void watch(Watcher watcher, Lines lines) throws IOException, InterruptedException {
        watchers.add(watcher); // first: who has read the line below sees all calls from then on
        try {
            lines.send(facts);
            LOG.debug("a client watches calls");
            watcher.serve(lines);
        } finally {
            watchers.remove(watcher);
        }
    }
}
