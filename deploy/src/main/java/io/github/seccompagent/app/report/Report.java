package io.github.seccompagent.app.report;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** The findings of a command, in the order in which they came. */
public final class Report {
    private static final int WELL = 0;
    private static final int BROKEN = 1;
    private static final int UNKNOWN = 2;

    private static final ObjectMapper JSON = new ObjectMapper(new JsonFactoryBuilder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII) // C1 codes can command a terminal too
                    .characterEscapes(new AsciiEscapes())
                    .build())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING);

    private final List<Finding> findings = new ArrayList<>();

    private record Text(List<Finding> findings) {}

    /** Adds one. */
    public void add(Finding finding) {
        findings.add(finding);
    }

    /** All of them. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** 0 if nothing is an error, 1 if something is, 2 if something could not be looked at and nothing is an error. */
    public int status() {
        if (has(Severity.ERROR)) {
            return BROKEN;
        }
        return has(Severity.UNKNOWN) ? UNKNOWN : WELL;
    }

    private boolean has(Severity severity) {
        return findings.stream().anyMatch(each -> each.severity() == severity);
    }

    /** Prints them as {@code {"findings": [...]}}. */
    public void printJson(PrintStream out) {
        out.println(json(new Text(findings)));
    }

    /** The JSON text of a value that consists of records, lists, maps and simple values. */
    public static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // such values can always be written
        }
    }

    /**
     * Prints them for a person.
     *
     * @param colour whether the stream is a terminal that understands colours
     */
    public void print(PrintStream out, boolean colour) {
        findings.forEach(each -> print(each, out, colour));
    }

    private static void print(Finding finding, PrintStream out, boolean colour) {
        String place = finding.place() == null ? "" : finding.place() + ": ";
        out.println(printable(place) + coloured(finding.severity(), colour) + ": " + printable(finding.what()));
        printMore("why", finding.why(), out);
        printMore("fix", finding.fix(), out);
    }

    private static void printMore(String name, String text, PrintStream out) {
        if (!text.isEmpty()) {
            out.println("    " + name + ": " + printable(text));
        }
    }

    private static String printable(String text) {
        return Printable.of(text);
    }

    private static String coloured(Severity severity, boolean colour) {
        String code = switch (severity) {
            case OK -> "32";
            case NOTE -> "36";
            case WARNING, UNKNOWN -> "33";
            case ERROR -> "31";
        };
        return colour ? "\u001b[" + code + "m" + severity + "\u001b[0m" : severity.toString();
    }
}
