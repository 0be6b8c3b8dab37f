package io.github.seccompagent.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the container process state of the OCI runtime specification. Fields that it does not know are passed over. */
final class StateParser {
    private static final String SECCOMP_FD_NAME = "seccompFd";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private StateParser() {}

    /** What a runtime sent is no container process state; the message says why. */
    static final class BadStateException extends Exception {
        private static final long serialVersionUID = 1L;

        BadStateException(String message) {
            super(message);
        }
    }

    /**
     * Reads a state.
     *
     * @return empty if {@code bytes} are the beginning of something that could become one
     */
    static Optional<ContainerProcessState> parse(byte[] bytes) throws BadStateException {
        int first = 0;
        while (first < bytes.length && isSpace(bytes[first])) {
            first++;
        }
        if (first == bytes.length) {
            return Optional.empty();
        }
        if (bytes[first] != '{') {
            throw new BadStateException("it is no JSON object");
        }
        int last = bytes.length - 1;
        while (isSpace(bytes[last])) {
            last--;
        }
        return bytes[last] == '}' ? parseObject(bytes) : Optional.empty(); // before that, parsing would be in vain
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static Optional<ContainerProcessState> parseObject(byte[] bytes) throws BadStateException {
        try {
            return Optional.of(stateOf(MAPPER.readTree(bytes)));
        } catch (JsonEOFException endsInTheMiddle) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new BadStateException("it is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ContainerProcessState stateOf(JsonNode root) throws BadStateException {
        List<String> fds = new ArrayList<>();
        root.path("fds").forEach(name -> fds.add(name.asText("")));
        if (!fds.equals(List.of(SECCOMP_FD_NAME))) {
            throw new BadStateException("its \"fds\" should be [\"" + SECCOMP_FD_NAME + "\"] and are " + fds);
        }
        JsonNode state = root.path("state");
        String id = state.path("id").asText("");
        if (id.isEmpty()) {
            throw new BadStateException("it has no container id in \"state\"");
        }
        Container container = new Container(
                id,
                state.path("status").asText(""),
                state.path("pid").asInt(),
                state.path("bundle").asText(""),
                annotations(state.path("annotations")));
        return new ContainerProcessState(
                root.path("ociVersion").asText(""),
                root.path("pid").asInt(),
                root.path("metadata").asText(""),
                container);
    }

    private static Map<String, String> annotations(JsonNode node) {
        Map<String, String> annotations = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            annotations.put(field.getKey(), field.getValue().asText(""));
        }
        return annotations;
    }
}
