package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.report.Finding.Place;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one object. What has the wrong type, or a name that nobody knows, is a finding. */
final class FieldReader {
    private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final Node.Fields fields;
    private final Findings findings;

    FieldReader(Node.Fields fields, Findings findings) {
        this.fields = fields;
        this.findings = findings;
    }

    Node.Fields fields() {
        return fields;
    }

    Place place() {
        return fields.place();
    }

    /** Reports the fields that are not in {@code known}. */
    void knowOnly(Set<String> known) {
        for (Map.Entry<String, Node.Field> field : fields.fields().entrySet()) {
            if (!known.contains(field.getKey())) {
                String likely = Likely.of(field.getKey(), known);
                findings.warning(
                        "unknown-field",
                        field.getValue().place(),
                        Findings.quote(field.getKey()) + " is no field of a profile"
                                + (likely.isEmpty() ? "" : ": perhaps " + likely),
                        "Runtimes ignore it.",
                        likely.isEmpty() ? "remove it" : "write " + likely);
            }
        }
    }

    boolean has(String name) {
        return value(name) != null;
    }

    private @Nullable Node value(String name) {
        Node.Field field = fields.fields().get(name);
        return field == null || field.value() instanceof Node.Null ? null : field.value();
    }

    @Nullable Located text(String name) {
        Node value = value(name);
        return value == null ? null : text(value, name);
    }

    private @Nullable Located text(Node value, String name) {
        if (value instanceof Node.Text text) {
            return new Located(text.text(), text.place());
        }
        wrong(value, name, "a string");
        return null;
    }

    /** An unsigned number of 64 bits. */
    @Nullable Long number(String name) {
        Node value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Node.Whole number
                && number.value().signum() >= 0
                && number.value().compareTo(LARGEST) <= 0) {
            return number.value().longValue();
        }
        wrong(value, name, "a whole number from 0 to " + LARGEST);
        return null;
    }

    Place placeOf(String name) {
        Node value = value(name);
        return value == null ? place() : value.place();
    }

    List<Node> items(String name) {
        Node value = value(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Node.Items items) {
            return items.items();
        }
        wrong(value, name, "a list");
        return List.of();
    }

    List<Located> texts(String name) {
        List<Located> texts = new ArrayList<>();
        for (Node item : items(name)) {
            Located text = text(item, name);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    List<FieldReader> objects(String name) {
        List<FieldReader> objects = new ArrayList<>();
        for (Node item : items(name)) {
            FieldReader object = object(item, name);
            if (object != null) {
                objects.add(object);
            }
        }
        return objects;
    }

    @Nullable FieldReader object(String name) {
        Node value = value(name);
        return value == null ? null : object(value, name);
    }

    private @Nullable FieldReader object(Node value, String name) {
        if (value instanceof Node.Fields object) {
            return new FieldReader(object, findings);
        }
        wrong(value, name, "an object");
        return null;
    }

    private void wrong(Node value, String name, String wanted) {
        findings.error(
                "wrong-type",
                value.place(),
                name + " should be " + wanted,
                "Runtimes refuse the profile.",
                "write " + wanted);
    }
}
