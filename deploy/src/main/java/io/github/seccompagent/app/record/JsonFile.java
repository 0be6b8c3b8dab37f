package io.github.seccompagent.app.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads JSON files that somebody gave. Their depth is limited by Jackson to 1000. */
final class JsonFile {
    private static final int LIMIT = 8 << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private JsonFile() {}

    /** @throws UsageException if it cannot be read, or is no JSON object */
    static JsonNode tree(Path file) {
        JsonNode tree = read(file, JsonNode.class);
        if (tree == null || !tree.isObject()) {
            throw new UsageException(Printable.of(file.toString()) + " is no JSON object");
        }
        return tree;
    }

    /** @throws UsageException if it cannot be read, or is no evidence */
    static Evidence evidence(Path file) {
        Evidence evidence = read(file, Evidence.class);
        if (evidence == null || evidence.version() != Evidence.VERSION || !isWhole(evidence)) {
            throw new UsageException(Printable.of(file.toString()) + " is no evidence of version " + Evidence.VERSION
                    + ": give a file that --evidence has written");
        }
        return evidence;
    }

    @SuppressWarnings("DataFlowIssue") // Jackson leaves null what a file lacks
    private static boolean isWhole(Evidence evidence) {
        return evidence.quiet() != null
                && evidence.calls() != null
                && evidence.calls().stream().allMatch(JsonFile::isWhole);
    }

    private static boolean isWhole(Evidence.@Nullable Call call) {
        return call != null && call.abi() != null && call.name() != null && call.first() != null;
    }

    private static <T> @Nullable T read(Path file, Class<T> type) {
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
