package io.github.seccompagent.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the container process state of the OCI runtime specification as it comes, piece by piece: each byte is looked at
 * once, and only what is wanted is kept. Unknown fields are passed over. For use by one thread at a time.
 */
final class StateParser {
    private static final String SECCOMP_FD_NAME = "seccompFd";
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int WANTED_DEPTH = 3;
    private static final int LONGEST_ID = 1024;

    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private final String[] path = new String[WANTED_DEPTH + 1]; // the field at each depth
    private int depth;

    private final List<String> fds = new ArrayList<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, String> annotations = new HashMap<>();

    StateParser() {
        try {
            parser = FACTORY.createNonBlockingByteArrayParser();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
    }

    /** What a runtime sent is no container process state; the message says why, fit for a log. */
    static final class BadStateException extends Exception {
        private static final long serialVersionUID = 1L;

        BadStateException(String message) {
            super(message.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    /**
     * Takes the next piece.
     *
     * @return the state, when it is complete
     */
    Optional<ContainerProcessState> feed(byte[] piece) throws BadStateException {
        if (depth == 0) {
            requireObject(piece);
        }
        try {
            feeder.feedInput(piece, 0, piece.length);
            for (JsonToken token = parser.nextToken(); token != JsonToken.NOT_AVAILABLE; token = parser.nextToken()) {
                if (take(token)) {
                    return Optional.of(state());
                }
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new BadStateException("it is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new BadStateException("it cannot be read: " + e.getMessage());
        }
    }

    private static void requireObject(byte[] piece) throws BadStateException {
        for (byte b : piece) {
            if (b == '{') {
                return;
            }
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                throw new BadStateException("it is no JSON object");
            }
        }
    }

    /** Returns whether that was the end. */
    private boolean take(JsonToken token) throws IOException {
        if (token.isStructStart()) {
            depth++;
            if (depth <= WANTED_DEPTH) {
                path[depth] = "";
            }
        } else if (token.isStructEnd()) {
            depth--;
        } else if (depth <= WANTED_DEPTH) {
            if (token == JsonToken.FIELD_NAME) {
                path[depth] = parser.currentName();
            } else if (token != JsonToken.VALUE_NULL) {
                takeValue();
            }
        }
        return depth == 0;
    }

    private void takeValue() throws IOException {
        String field = String.join("/", Arrays.asList(path).subList(1, depth + 1));
        switch (field) {
            case "fds/" -> fds.add(parser.getText());
            case "ociVersion", "metadata", "state/id", "state/status", "state/bundle" ->
                texts.put(field, parser.getText());
            case "pid", "state/pid" -> numbers.put(field, parser.getValueAsInt());
            default -> {
                if (field.startsWith("state/annotations/")) {
                    annotations.put(path[depth], parser.getText());
                }
            }
        }
    }

    private ContainerProcessState state() throws BadStateException {
        if (!fds.equals(List.of(SECCOMP_FD_NAME))) {
            throw new BadStateException("its \"fds\" should be [\"" + SECCOMP_FD_NAME + "\"] and are " + fds);
        }
        String id = text("state/id");
        if (id.isEmpty() || id.length() > LONGEST_ID || id.chars().anyMatch(Character::isISOControl)) {
            throw new BadStateException("it has no container id in \"state\", or an unusable one");
        }
        Container container = new Container(
                id, text("state/status"), numbers.getOrDefault("state/pid", 0), text("state/bundle"), annotations);
        return new ContainerProcessState(
                text("ociVersion"), numbers.getOrDefault("pid", 0), text("metadata"), container);
    }

    private String text(String field) {
        return texts.getOrDefault(field, "");
    }
}
