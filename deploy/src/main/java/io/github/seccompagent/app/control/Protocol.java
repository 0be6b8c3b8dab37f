package io.github.seccompagent.app.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.seccompagent.app.report.AsciiEscapes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What both sides of the control socket agree on. */
final class Protocol {
    /** Grows with each change that an older side would not understand. */
    static final int VERSION = 1;

    static final String PS = "ps";
    static final String TRACE = "trace";
    static final String TOP = "top";

    /** The types of lines. */
    static final String HELLO = "hello";

    static final String ERROR = "error";
    static final String CONTAINER = "container";
    static final String CALL = "call";
    static final String LOST = "lost";
    static final String RATES = "rates";
    /** Nothing has happened, and the other end is still there. */
    static final String TICK = "tick";

    static final String END = "end";

    static final int LONGEST_REQUEST = 64 * 1024;
    /** A table of top is the longest answer. */
    static final int LONGEST_ANSWER = 1024 * 1024;

    /** Text of others is in ASCII, so it can command no terminal. */
    static final JsonMapper JSON = JsonMapper.builder(new JsonFactoryBuilder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(16).build())
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .characterEscapes(new AsciiEscapes())
                    .build())
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private Protocol() {}

    /** What a client asks for. A list without elements matches everything. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Request(
            int version,
            String command,
            @Nullable List<String> containers,
            @Nullable List<String> pods,
            @Nullable List<String> calls,
            @Nullable List<String> answers,
            int intervalMillis) {

        static Request of(String command) {
            return new Request(VERSION, command, List.of(), List.of(), List.of(), List.of(), 0);
        }

        static Request trace(Filter filter) {
            return new Request(VERSION, TRACE, filter.containers(), filter.pods(), filter.calls(), filter.answers(), 0);
        }

        static Request top(int intervalMillis) {
            return new Request(VERSION, TOP, List.of(), List.of(), List.of(), List.of(), intervalMillis);
        }

        Filter filter() {
            return new Filter(orNone(containers), orNone(pods), orNone(calls), orNone(answers));
        }

        private static List<String> orNone(@Nullable List<String> list) {
            return list == null ? List.of() : List.copyOf(list);
        }
    }

    /** A line that only has a type. */
    record Mark(String type) {}

    /** Why there is no answer. */
    record Failure(String type, int version, String message) {
        static Failure of(String message) {
            return new Failure(ERROR, VERSION, message);
        }
    }

    /** How many calls are missing here. */
    record Lost(String type, long count) {
        static Lost of(long count) {
            return new Lost(LOST, count);
        }
    }

    /** For a person or a script, with nothing in it that could command a terminal. */
    static String text(JsonNode value, boolean pretty) {
        try {
            return (pretty ? JSON.writerWithDefaultPrettyPrinter() : JSON.writer()).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // what was read can be written
        }
    }

    static byte[] line(Object value) throws IOException {
        return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
