package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** Reads files of JSON, up to a size. */
final class JsonFile {
    private static final int MOST = 1 << 20;
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonFile() {}

    /** @throws UsageException if it is no readable file of JSON, in one line that names it */
    static JsonNode read(Path file) {
        try {
            // Opening a pipe could wait for ever.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new UsageException(file + " is not a regular file");
            }
            JsonNode read = MAPPER.readTree(content(file));
            if (!read.isContainerNode()) {
                throw new UsageException(file + " holds no JSON object");
            }
            return read;
        } catch (NoSuchFileException e) {
            throw new UsageException("there is no file " + file);
        } catch (AccessDeniedException e) {
            throw new UsageException(file + " may not be read by this user");
        } catch (JsonProcessingException e) {
            throw new UsageException(file + ":" + e.getLocation().getLineNr() + ":"
                    + e.getLocation().getColumnNr() + ": this is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UsageException(file + " cannot be read: " + e.getMessage());
        }
    }

    /** The texts in a list; none if it is no list. */
    static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MOST + 1);
            if (content.length > MOST) {
                throw new UsageException(file + " is longer than " + MOST + " bytes");
            }
            return content;
        }
    }
}
