package io.github.seccompagent.app.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows the calls of all containers as the running agent answers them. */
public final class Trace {
    private static final Duration BEHIND_TICKS = Duration.ofSeconds(30);

    private final PrintStream out;
    private final boolean json;
    private long calls;

    /** @param json whether to print an object in each line, and no text for people */
    public Trace(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /**
     * Shows calls, until the time is over or enough were shown, or nobody reads the output.
     *
     * @param socket where the agent listens for runtimes
     * @param seconds zero for any time
     * @param count 0 for any number
     * @param notes where to say that the agent has ended, and to go on with the next one; empty to end with it
     * @throws UsageException if the agent cannot be asked, or ends; the message is one line for the user
     */
    public void run(Path socket, Filter filter, Duration seconds, int count, Optional<PrintStream> notes) {
        long end = System.nanoTime() + seconds.toNanos();
        try (WatchedAgent agent = new WatchedAgent(socket, Protocol.Request.trace(filter), notes)) {
            while (count == 0 || calls < count) {
                Duration left = Duration.ofNanos(end - System.nanoTime());
                if (!seconds.isZero() && left.toMillis() <= 0) {
                    return;
                }
                boolean whole = seconds.isZero() || left.compareTo(BEHIND_TICKS) > 0;
                Optional<JsonNode> line = agent.next(whole ? BEHIND_TICKS : left);
                if (line.isPresent()) {
                    show(line.get());
                } else if (whole) { // a wait for what is left of the time may end a moment too soon
                    throw new UsageException("the agent does not answer any more");
                }
                if (out.checkError()) {
                    return;
                }
            }
        }
    }

    private void show(JsonNode line) {
        switch (line.path("type").asText()) {
            case Protocol.CALL -> {
                calls++;
                out.println(json ? Protocol.text(line, false) : text(line));
            }
            case Protocol.LOST -> {
                ObjectNode lost = line.deepCopy();
                out.println(
                        json
                                ? Protocol.text(lost, false)
                                : "... " + line.path("count").asLong()
                                        + " calls are missing here: they came faster than they were read");
            }
            default -> {} // the agent is still there
        }
    }

    private static String text(JsonNode call) {
        List<String> arguments = new ArrayList<>();
        call.path("arguments").forEach(each -> arguments.add(each.asText()));
        String pod = call.path("pod").asText();
        String program = call.path("program").asText();
        return Printable.of(time(call.path("time").asText()) + " "
                + (pod.isEmpty() ? call.path("container").asText() : pod)
                + " [" + call.path("thread").asText() + (program.isEmpty() ? "" : " " + program) + "] "
                + call.path("call").asText() + "(" + String.join(", ", arguments) + ") = " + answer(call)
                + String.format(
                        Locale.ROOT, " <%.6f>", call.path("durationNanos").asLong() / 1e9) + by(call));
    }

    private static String time(String time) {
        try {
            return DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT)
                    .withZone(ZoneId.systemDefault())
                    .format(Instant.parse(time));
        } catch (DateTimeParseException e) {
            return "?";
        }
    }

    private static String answer(JsonNode call) {
        return switch (call.path("answer").asText()) {
            case "value" -> call.path("value").asText();
            case "error" -> "-1 " + call.path("errno").asText();
            case "continue" -> "? (the kernel goes on)";
            case "descriptor" -> "(a descriptor)";
            default -> "? (the call went away)";
        };
    }

    private static String by(JsonNode call) {
        String reason = call.path("reason").asText();
        return switch (call.path("by").asText()) {
            case "kernel" -> "";
            case "on-behalf" -> " on behalf";
            case "agent" -> " by the agent" + (reason.isEmpty() ? "" : ": " + reason);
            default -> " by the handler" + (reason.isEmpty() ? "" : ": " + reason);
        };
    }
}
