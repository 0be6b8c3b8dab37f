package io.github.seccompagent.runtime;

/** Writes a JSON object. For use by one thread. */
final class JsonText {
    private final StringBuilder text = new StringBuilder("{");
    private boolean isFirst = true;

    JsonText number(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonText text(String name, String value) {
        name(name);
        string(value);
        return this;
    }

    /** Begins an object, whose fields come next. */
    JsonText begin(String name) {
        name(name);
        text.append('{');
        isFirst = true;
        return this;
    }

    /** Ends it. */
    JsonText end() {
        text.append('}');
        isFirst = false;
        return this;
    }

    private void name(String name) {
        if (!isFirst) {
            text.append(',');
        }
        isFirst = false;
        string(name);
        text.append(':');
    }

    private void string(String value) {
        text.append('"');
        value.chars().forEach(c -> {
            if (c == '"' || c == '\\' || c < ' ') {
                text.append(String.format("\\u%04x", c));
            } else {
                text.append((char) c);
            }
        });
        text.append('"');
    }

    /** The whole of it. */
    @Override
    public String toString() {
        return text + "}";
    }
}
