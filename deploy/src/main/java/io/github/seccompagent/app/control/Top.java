package io.github.seccompagent.app.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.report.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

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
     * @throws UsageException if the agent cannot be asked, or ends; the message is one line for the user
     */
    public void run(Path socket, Duration interval, int count) {
        int shown = 0;
        try (ControlClient client = new ControlClient(socket, Protocol.Request.top((int) interval.toMillis()))) {
            client.setPatience(interval.plusSeconds(30));
            while ((count == 0 || shown < count) && !out.checkError()) {
                JsonNode line =
                        client.next().orElseThrow(() -> new UsageException("the agent does not answer any more"));
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
        long left = rates.path("others").asLong();
        int rows = 0;
        for (JsonNode row : rates.path("rows")) {
            if (terminal && ++rows > ROWS_OF_TERMINAL) {
                left += row.path("calls").asLong();
                continue;
            }
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
}
