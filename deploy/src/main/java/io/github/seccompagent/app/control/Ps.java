package io.github.seccompagent.app.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.seccompagent.app.report.UsageException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Lists the containers of the running agent. */
public final class Ps {
    private final List<JsonNode> containers = new ArrayList<>();
    private final JsonNode agent;

    /**
     * Asks the agent.
     *
     * @param socket where the agent listens for runtimes
     * @throws UsageException if that fails; the message is one line for the user
     */
    public Ps(Path socket) {
        try (ControlClient client = new ControlClient(socket, Protocol.Request.of(Protocol.PS))) {
            agent = client.hello();
            while (true) {
                JsonNode line = client.next()
                        .orElseThrow(() -> new UsageException("the agent does not list its containers in time"));
                switch (line.path("type").asText()) {
                    case Protocol.CONTAINER -> containers.add(line);
                    case Protocol.END -> {
                        return;
                    }
                    default -> {} // a newer agent may say more
                }
            }
        }
    }

    /** Prints them as an object with {@code agent} and {@code containers}. */
    public void printJson(PrintStream out) {
        ObjectNode all = Protocol.JSON.createObjectNode();
        all.set("agent", withoutType(agent));
        all.putArray("containers")
                .addAll(containers.stream().map(Ps::withoutType).toList());
        out.println(Protocol.text(all, true));
    }

    private static JsonNode withoutType(JsonNode line) {
        ObjectNode copy = line.deepCopy();
        copy.remove("type");
        return copy;
    }

    /** Prints them as a table. */
    public void print(PrintStream out) {
        Table table = new Table("CONTAINER", "POD", "STATE", "PID", "RESOLVER", "SINCE", "CALLS", "REFUSED", "SLOWEST");
        for (JsonNode each : containers) {
            String slowest = each.path("slowestCall").asText();
            table.add(
                    each.path("id").asText(),
                    each.path("pod").asText(),
                    each.path("state").asText(),
                    each.path("pid").asText(),
                    agent.path("resolver").asText(),
                    ago(each.path("since").asText()),
                    each.path("calls").asText(),
                    each.path("refused").asText(),
                    slowest.isEmpty()
                            ? ""
                            : Nanos.text(each.path("slowestNanos").asLong()) + " " + slowest);
        }
        table.print(out);
    }

    private static String ago(String since) {
        try {
            long seconds = Duration.between(Instant.parse(since), Instant.now()).toSeconds();
            if (seconds < 120) {
                return Math.max(seconds, 0) + "s";
            }
            long hours = seconds / 3600;
            return hours < 2 ? seconds / 60 + "m" : hours < 48 ? hours + "h" : hours / 24 + "d";
        } catch (DateTimeParseException e) {
            return "?";
        }
    }
}
