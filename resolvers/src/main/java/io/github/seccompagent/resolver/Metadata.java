package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.LogLimit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profile's {@code listenerMetadata}: lines of KEY=VALUE. If several lines have the same key, the last one counts.
 * Lists are joined instead.
 */
final class Metadata {
    private static final int MOST_NAMED = 8;
    private static final int LONGEST_NAMED = 64;
    private static final Logger LOG = LoggerFactory.getLogger(Metadata.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    private static final int MAX_NAME = 255;
    private static final int MAX_SHOWN = 200;

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final String containerId;
    private final Consumer<String> warnings;

    Metadata(ContainerProcessState container) {
        this(container, what -> WARNINGS.log(container.id(), () -> "container " + container.id() + ": " + what));
    }

    /** @param warnings takes what is no error, and perhaps not meant so */
    Metadata(ContainerProcessState container, Consumer<String> warnings) {
        containerId = container.id();
        this.warnings = warnings;
        container.metadata().lines().filter(line -> !line.isBlank()).forEach(line -> {
            int equals = line.indexOf('=');
            String key = (equals < 0 ? line : line.substring(0, equals)).strip();
            values.computeIfAbsent(key, none -> new ArrayList<>()).add(equals < 0 ? "" : line.substring(equals + 1));
        });
    }

    /**
     * Logs a warning if there are keys that are not in {@code known}.
     *
     * @param whose precedes the container's id in the log
     */
    void warnOfUnknownKeys(Set<String> known, String whose) {
        String unknown = values.keySet().stream()
                .filter(key -> !known.contains(key))
                .limit(MOST_NAMED)
                .map(key -> key.length() > LONGEST_NAMED ? key.substring(0, LONGEST_NAMED) + "..." : key)
                .collect(Collectors.joining(", ", "[", "]"));
        if (!unknown.equals("[]")) {
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

    /** @throws IllegalArgumentException if {@code reader} does not understand the value; the message names the key */
    <T> Optional<T> value(String key, Function<String, T> reader) {
        return text(key).map(text -> {
            try {
                return reader.apply(text.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + "=" + shortened(text) + ": " + e.getMessage(), e);
            }
        });
    }

    /** Whether a value is {@code true}. As with the Go agent, TRUE is not; a log line says so. */
    boolean isTrue(String key) {
        return flag(key).equals("true");
    }

    /**
     * Whether a value is {@code true} or TRUE. For keys that restrict: whoever wrote TRUE did not mean to grant more.
     */
    boolean isTrueIgnoringCase(String key) {
        return flag(key).equalsIgnoreCase("true");
    }

    private String flag(String key) {
        String text = value(key, Metadata::requireFlag).orElse("");
        if (!text.equals(text.toLowerCase(Locale.ROOT))) {
            warn(key + "=" + text + " grants nothing: write true in small letters");
        }
        return text;
    }

    private static String requireFlag(String text) {
        if (!text.isEmpty() && !text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException("true or false was expected");
        }
        return text;
    }

    private static String shortened(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }

    void warn(String what) {
        warnings.accept(what);
    }

    /** The keys, in the order of their first lines. */
    Set<String> keys() {
        return values.keySet();
    }

    /** The lines with that key, as they were, except for spaces around the key. */
    String linesOf(String key) {
        return all(key).map(value -> key + "=" + value).collect(Collectors.joining("\n"));
    }

    /**
     * Returns {@code text} if a file name can contain it.
     *
     * @throws IllegalArgumentException if not: this way it fails now, and not when it is used
     */
    static String fileName(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a file name cannot contain a NUL byte");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("half a character (an unpaired surrogate) cannot be written as bytes");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
            throw new IllegalArgumentException("a file name cannot have more than " + MAX_NAME + " bytes");
        }
        return text;
    }

    /** The parts between the commas, without empty ones. */
    List<String> list(String key) {
        return all(key).flatMap(text -> text.isBlank() ? Stream.of() : Arrays.stream(text.split(",", -1)))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
