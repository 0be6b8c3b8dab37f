package io.github.seccompagent.app.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.report.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows which calls of which containers the running agent answers most often, and how long they take. */
public final class Top {
    private static final String CLEAR = "\u001b[H\u001b[2J";
    private static final int ROWS_OF_TERMINAL = 30;

    private final PrintStream out;
    private final boolean json;
    private final boolean terminal;

    /**
     * @param json whether to print an object for each interval, and no text for people
     * @param terminal whether each table replaces the one before
     */
    public Top(PrintStream out, boolean json, boolean terminal) {
        this.out = out;
        this.json = json;
        this.terminal = terminal;
    }

    /**
     * Shows tables, until enough were shown, or nobody reads the output.
     *
     * @param socket where the agent listens for runtimes
     * @param interval how long each table counts
     * @param count 0 for any number
     * @param notes where to say that the agent has ended, and to go on with the next one; empty to end with it
     * @throws UsageException if the agent cannot be asked, or ends; the message is one line for the user
     */
    public void run(Path socket, Duration interval, int count, Optional<PrintStream> notes) {
        int shown = 0;
        try (WatchedAgent agent = new WatchedAgent(socket, Protocol.Request.top((int) interval.toMillis()), notes)) {
            while ((count == 0 || shown < count) && !out.checkError()) {
                JsonNode line = agent.next(interval.plusSeconds(30))
                        .orElseThrow(() -> new UsageException("the agent does not answer any more"));
                if (line.path("type").asText().equals(Protocol.RATES)) {
                    shown++;
                    out.print(json ? line + "\n" : text(line));
                }
            }
        }
        out.flush();
    }

    private String text(JsonNode rates) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream lines = new PrintStream(text, false, StandardCharsets.UTF_8);
        lines.print(terminal ? CLEAR : "");
        Table table = new Table("CALLS/S", "P50", "P99", "LONGEST", "ERRORS", "REFUSED", "CALL", "CONTAINER", "POD");
        List<JsonNode> rows = new ArrayList<>();
        rates.path("rows").forEach(rows::add);
        List<JsonNode> shown =
                FairRows.choose(rows, row -> row.path("container").asText(), terminal ? ROWS_OF_TERMINAL : rows.size());
        long left = rates.path("others").asLong() + calls(rows) - calls(shown);
        for (JsonNode row : shown) {
            table.add(
                    String.format(Locale.ROOT, "%.1f", row.path("rate").asDouble()),
                    Nanos.text(row.path("p50Nanos").asLong()),
                    Nanos.text(row.path("p99Nanos").asLong()),
                    Nanos.text(row.path("longestNanos").asLong()),
                    row.path("errors").asText(),
                    row.path("refused").asText(),
                    row.path("call").asText(),
                    row.path("container").asText(),
                    row.path("pod").asText());
        }
        table.print(lines);
        if (left > 0) {
            lines.println("and " + left + " other calls");
        }
        lines.println();
        lines.flush();
        return text.toString(StandardCharsets.UTF_8);
    }

    private static long calls(List<JsonNode> rows) {
        return rows.stream().mapToLong(row -> row.path("calls").asLong()).sum();
    }
}
