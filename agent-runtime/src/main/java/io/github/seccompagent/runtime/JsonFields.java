package io.github.seccompagent.runtime;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The strings and numbers of a JSON object, by their paths, as {@code state/id}. */
final class JsonFields implements JsonScanner.Fields {
    private static final int DEPTH = 3;
    private static final int LONGEST = 1 << 20;

    private final String[] path = new String[DEPTH + 1];
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();

    private JsonFields() {
        Arrays.fill(path, "");
    }

    /** @throws BadStateException if it is no complete object, or has what no object of {@link JsonText} has */
    static JsonFields of(byte[] json) throws BadStateException {
        JsonFields fields = new JsonFields();
        if (!new JsonScanner(fields).feed(json)) {
            throw new BadStateException("it is no complete JSON object");
        }
        return fields;
    }

    /** @throws BadStateException if there is none */
    String text(String name) throws BadStateException {
        String text = texts.get(name);
        if (text == null) {
            throw missing(name);
        }
        return text;
    }

    boolean hasText(String name) {
        return texts.containsKey(name);
    }

    /** @throws BadStateException if there is none */
    long number(String name) throws BadStateException {
        Long number = numbers.get(name);
        if (number == null) {
            throw missing(name);
        }
        return number;
    }

    /** @throws BadStateException if there is none, or it is too large */
    int integer(String name) throws BadStateException {
        long number = number(name);
        if (number != (int) number) {
            throw new BadStateException(name + " is too large: " + number);
        }
        return (int) number;
    }

    OptionalInt optional(String name) throws BadStateException {
        return numbers.containsKey(name) ? OptionalInt.of(integer(name)) : OptionalInt.empty();
    }

    /** Those whose paths begin so, by what comes after that. */
    Map<String, String> textsBelow(String prefix) {
        Map<String, String> below = new HashMap<>();
        texts.forEach((name, text) -> {
            if (name.startsWith(prefix)) {
                below.put(name.substring(prefix.length()), text);
            }
        });
        return below;
    }

    private static BadStateException missing(String name) {
        return new BadStateException("it has no " + name);
    }

    @Override
    public void name(int depth, @Nullable String name) throws BadStateException {
        if (depth > DEPTH || name == null) {
            throw new BadStateException("it has a field that is unknown");
        }
        path[depth] = name;
    }

    @Override
    public void begin(int depth, boolean isObject) {
        if (depth <= DEPTH) {
            path[depth] = "";
        }
    }

    @Override
    public int longestText(int depth) {
        return LONGEST;
    }

    @Override
    public int longestName(int depth) {
        return LONGEST;
    }

    @Override
    public void text(int depth, @Nullable String text) throws BadStateException {
        if (text == null) {
            throw new BadStateException(at(depth) + " is too long");
        }
        texts.put(at(depth), text);
    }

    @Override
    public void scalar(int depth, String text) throws BadStateException {
        try {
            numbers.put(at(depth), Long.valueOf(text));
        } catch (NumberFormatException e) {
            throw new BadStateException(at(depth) + " is no number: " + text);
        }
    }

    private String at(int depth) throws BadStateException {
        if (depth > DEPTH) {
            throw new BadStateException("it is too deep");
        }
        return String.join("/", Arrays.asList(path).subList(1, depth + 1));
    }
}
