package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The profile's {@code listenerMetadata}, lines of KEY=VALUE. Of several lines with one key the last counts; lists are joined. */
final class Metadata {
    private static final int MOST_NAMED = 8;
    private static final int LONGEST_NAMED = 64;
    private static final Logger LOG = LoggerFactory.getLogger(Metadata.class);

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final String containerId;

    Metadata(ContainerProcessState container) {
        containerId = container.id();
        container.metadata().lines().filter(line -> !line.isBlank()).forEach(line -> {
            int equals = line.indexOf('=');
            String key = (equals < 0 ? line : line.substring(0, equals)).strip();
            values.computeIfAbsent(key, none -> new ArrayList<>()).add(equals < 0 ? "" : line.substring(equals + 1));
        });
    }

    /**
     * Warns of keys that are none of these.
     *
     * @param whose stands in front of the container's id
     */
    void warnOfKeysBeside(Set<String> known, String whose) {
        String unknown = values.keySet().stream()
                .filter(key -> !known.contains(key))
                .limit(MOST_NAMED)
                .map(key -> key.length() > LONGEST_NAMED ? key.substring(0, LONGEST_NAMED) + "..." : key)
                .collect(Collectors.joining(", ", "[", "]"));
        if (!unknown.equals("[]")) {
            LOG.warn("{}, container {}: unknown keys in listenerMetadata: {}", whose, containerId, unknown);
        }
    }

    Optional<String> text(String key) {
        return all(key).reduce((former, last) -> last);
    }

    private Stream<String> all(String key) {
        return values.getOrDefault(key, List.of()).stream();
    }

    /** @throws IllegalArgumentException that names the key, if the value is not to be understood */
    <T> Optional<T> value(String key, Function<String, T> reader) {
        return text(key).map(text -> {
            try {
                return reader.apply(text.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + "=" + text + ": " + e.getMessage(), e);
            }
        });
    }

    boolean isTrue(String key) {
        return value(key, Metadata::truth).orElse(false);
    }

    private static boolean truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false was expected");
        }
        return text.equals("true");
    }

    /** What stands between the commas. */
    List<String> list(String key) {
        return all(key).flatMap(text -> text.isBlank() ? Stream.of() : Arrays.stream(text.split(",", -1)))
                .map(String::strip)
                .toList();
    }
}
