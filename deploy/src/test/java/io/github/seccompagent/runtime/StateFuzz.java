package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The container process state, as a peer sends it. An input is a byte and the state. The byte's lowest bit says who
 * sends it, the others how long the pieces are. In pieces it is the same as whole, and it is what Jackson reads there.
 */
public final class StateFuzz {
    private static final ObjectMapper JACKSON = new ObjectMapper();
    private static final ObjectMapper STRICT = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    /** What is no state, although Jackson reads it, or is more than a state may have. */
    private static final List<String> OTHER_REASONS = List.of(
            "its \"fds\" should be",
            "it has no container id",
            "it has an unusable \"status\"",
            " is no id of a process: ",
            "it has two fields of one name",
            "it is longer than a state may be",
            "it is no JSON of a state: ");

    private StateFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 2) {
            return;
        }
        boolean ofUser = (data[0] & 1) != 0;
        byte[] json = Arrays.copyOfRange(data, 1, data.length);
        Outcome whole = parse(ofUser, json, json.length);
        assertThat(parse(ofUser, json, 1 + ((data[0] & 0xff) >> 1))).isEqualTo(whole);
        if (!whole.refusal().isEmpty()) {
            checkRefusal(whole.refusal(), json);
        } else if (whole.state().isPresent()) {
            checkState(whole, ofUser, json);
        }
    }

    private record Outcome(Optional<ContainerProcessState> state, int fds, int listener, String refusal) {}

    private static Outcome parse(boolean ofUser, byte[] json, int piece) {
        StateParser parser =
                ofUser ? StateParser.ofUser() : StateParser.ofAdministrator(name -> !name.startsWith("un"));
        try {
            Optional<ContainerProcessState> state = Optional.empty();
            for (int at = 0; at < json.length && state.isEmpty(); at += piece) {
                state = parser.feed(Arrays.copyOfRange(json, at, Math.min(json.length, at + piece)));
                assertThat(parser.kept()).isLessThanOrEqualTo(2 * json.length); // the last string twice
            }
            return new Outcome(state, parser.fds(), parser.placeOfListener(), "");
        } catch (BadStateException e) {
            return new Outcome(Optional.empty(), 0, 0, e.getMessage());
        }
    }

    private static void checkRefusal(String refusal, byte[] json) {
        if (OTHER_REASONS.stream().anyMatch(refusal::contains)) {
            return;
        }
        if (refusal.contains("no UTF-8")) {
            assertThat(isUtf8(json)).isFalse();
            return;
        }
        try {
            JsonNode read = JACKSON.readTree(text(json));
            assertThat(read.isObject()).as("refused as no JSON: " + refusal).isFalse();
        } catch (JsonProcessingException e) {
            // it is none
        }
    }

    private static void checkState(Outcome outcome, boolean ofUser, byte[] json) {
        JsonNode whole;
        try {
            whole = JACKSON.readTree(text(json));
        } catch (JsonProcessingException e) {
            throw new AssertionError("accepted, and no JSON", e);
        }
        try {
            STRICT.readTree(text(json));
        } catch (JsonProcessingException twice) {
            return; // the two disagree about the first and the last
        }
        JsonNode inner = whole.path("state");
        Container container = new Container(
                string(inner.path("id")),
                string(inner.path("status")),
                number(inner.path("pid")),
                ofUser ? "" : string(inner.path("bundle")),
                ofUser ? Map.of() : annotations(inner.path("annotations")));
        ContainerProcessState expected = new ContainerProcessState(
                ofUser ? "" : string(whole.path("ociVersion")),
                number(whole.path("pid")),
                ofUser ? "" : string(whole.path("metadata")),
                container);
        assertThat(outcome.state()).contains(expected);
        List<String> fds = fds(whole.path("fds"));
        assertThat(outcome.listener()).isEqualTo(fds.indexOf("seccompFd"));
        assertThat(outcome.fds()).isEqualTo(Math.min(fds.size(), 254));
    }

    private static List<String> fds(JsonNode fds) {
        List<String> names = new ArrayList<>();
        if (fds.isArray()) {
            fds.forEach(fd -> names.add(fd.isTextual() ? fd.asText() : "?"));
        }
        return names;
    }

    private static Map<String, String> annotations(JsonNode node) {
        Map<String, String> annotations = new HashMap<>();
        node.properties().forEach(field -> {
            String name = characters(field.getKey());
            if (!name.isEmpty() && !name.startsWith("un") && isScalar(field.getValue())) {
                annotations.put(name, characters(field.getValue().asText()));
            }
        });
        return annotations;
    }

    private static boolean isScalar(JsonNode node) {
        return !node.isContainerNode() && !node.isNull();
    }

    private static String string(JsonNode node) {
        return node.isTextual() ? characters(node.asText()) : "";
    }

    private static int number(JsonNode node) {
        return node.isInt() ? node.intValue() : 0;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Half of a surrogate pair is no character. */
    private static String characters(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
