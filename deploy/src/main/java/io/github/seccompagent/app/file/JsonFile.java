package io.github.seccompagent.app.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads files of JSON. Their depth is limited by Jackson to 1000. */
public final class JsonFile {
    private static final int LIMIT = 8 << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private JsonFile() {}

    /** @throws UsageException if it cannot be read, or is no JSON object */
    public static JsonNode tree(Path file) {
        JsonNode tree = read(file, JsonNode.class);
        if (tree == null || !tree.isObject()) {
            throw new UsageException(Printable.of(file.toString()) + " is no JSON object");
        }
        return tree;
    }

    /**
     * The object or list in a file that somebody else may replace at any time. Opening a pipe could wait for ever, so
     * only a regular file is opened.
     *
     * @throws UsageException if it cannot be read, or is no JSON object or list
     */
    public static JsonNode ofRegular(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new UsageException(Printable.of(file.toString()) + " is not a regular file");
        }
        JsonNode tree = read(file, JsonNode.class);
        if (tree == null || !tree.isContainerNode()) {
            throw new UsageException(Printable.of(file.toString()) + " holds no JSON object");
        }
        return tree;
    }

    /** The texts in a list; none if it is no list. */
    public static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /**
     * The value in a file; null if it is JSON's null.
     *
     * @throws UsageException if it cannot be read, or is no JSON of that type
     */
    public static <T> @Nullable T read(Path file, Class<T> type) {
        byte[] bytes = WholeFile.read(file, LIMIT);
        try {
            return MAPPER.readValue(bytes, type);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : ":" + e.getLocation().getLineNr() + ":" + e.getLocation().getColumnNr();
            throw new UsageException(Printable.of(file + where + ": " + firstLine(e.getOriginalMessage())));
        } catch (IOException e) {
            throw new UsageException(Printable.of(file + ": " + e.getMessage()));
        }
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no JSON" : message.lines().findFirst().orElse("no JSON");
    }
}
