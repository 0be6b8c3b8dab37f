package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.LogLimit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The profile's {@code listenerMetadata}, lines of KEY=VALUE. Of several lines with one key the last counts; lists are joined. */
final class Metadata {
    private static final Logger LOG = LoggerFactory.getLogger(Metadata.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

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
        List<String> unknown =
                values.keySet().stream().filter(key -> !known.contains(key)).toList();
        if (!unknown.isEmpty()) {
            WARNINGS.log(
                    containerId,
                    () -> whose + ", container " + containerId + ": unknown keys in listenerMetadata: " + unknown);
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
