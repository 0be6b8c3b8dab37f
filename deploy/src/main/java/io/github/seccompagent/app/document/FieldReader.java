package io.github.seccompagent.app.document;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.app.report.Severity;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one object. What has the wrong type, or a name that nobody knows, is a finding. */
public final class FieldReader {
    private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final Node.Fields fields;
    private final Findings findings;

    /** Reports to {@code findings}. */
    public FieldReader(Node.Fields fields, Findings findings) {
        this.fields = fields;
        this.findings = findings;
    }

    /** The object. */
    public Node.Fields fields() {
        return fields;
    }

    /** Where the object is. */
    public Place place() {
        return fields.place();
    }

    /** Reports the fields that are not in {@code known}. */
    public void knowOnly(Set<String> known) {
        for (Map.Entry<String, Node.Field> field : fields.fields().entrySet()) {
            if (!known.contains(field.getKey())) {
                String likely = Likely.of(field.getKey(), known);
                FileKind kind = findings.kind();
                findings.add(new Finding(
                        "unknown-field",
                        kind.isStrict() ? Severity.ERROR : Severity.WARNING,
                        Findings.quote(field.getKey()) + " is no field of a " + kind.noun()
                                + (likely.isEmpty() ? "" : ": perhaps " + likely),
                        kind.whenUnknown(),
                        likely.isEmpty() ? "remove it" : "write " + likely,
                        field.getValue().place()));
            } else if (field.getValue().value() instanceof Node.Null
                    && findings.kind().isStrict()) {
                findings.error(
                        "no-value",
                        field.getValue().place(),
                        field.getKey() + " has no value",
                        findings.kind().whenWrong(),
                        "remove it, or give it a value");
            }
        }
    }

    /** Whether the field is there, and is not null. */
    public boolean has(String name) {
        return value(name) != null;
    }

    private @Nullable Node value(String name) {
        Node.Field field = fields.fields().get(name);
        return field == null || field.value() instanceof Node.Null ? null : field.value();
    }

    /** A string; null if there is none. */
    public @Nullable Located text(String name) {
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
    public @Nullable Long number(String name) {
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

    /** True or false; null if there is none. */
    public @Nullable Boolean flag(String name) {
        Node value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Node.Other other
                && (other.text().equals("true") || other.text().equals("false"))) {
            return other.text().equals("true");
        }
        wrong(value, name, "true or false");
        return null;
    }

    /** The strings of an object, by their names in the order of the file; empty if there is no such object. */
    public Map<String, Located> textsByName(String name) {
        Map<String, Located> texts = new LinkedHashMap<>();
        FieldReader object = object(name);
        if (object != null) {
            object.fields.fields().forEach((key, field) -> {
                Located text = text(field.value(), name + "." + key);
                if (text != null) {
                    texts.put(key, text);
                }
            });
        }
        return texts;
    }

    /** The objects of an object, by their names in the order of the file; empty if there is no such object. */
    public Map<String, FieldReader> objectsByName(String name) {
        Map<String, FieldReader> objects = new LinkedHashMap<>();
        FieldReader object = object(name);
        if (object != null) {
            object.fields.fields().forEach((key, field) -> {
                FieldReader its = object(field.value(), name + "." + key);
                if (its != null) {
                    objects.put(key, its);
                }
            });
        }
        return objects;
    }

    /** Where the name of a field is, or else the object. */
    public Place placeOfName(String name) {
        Node.Field field = fields.fields().get(name);
        return field == null ? place() : field.place();
    }

    /** Where the value is, or else the object. */
    public Place placeOf(String name) {
        Node value = value(name);
        return value == null ? place() : value.place();
    }

    /** A list; empty if there is none. */
    public List<Node> items(String name) {
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

    /** Whether there is such a list, and it has nothing in it. */
    public boolean isEmptyList(String name) {
        return value(name) instanceof Node.Items items && items.items().isEmpty();
    }

    /** A list of strings. */
    public List<Located> texts(String name) {
        List<Located> texts = new ArrayList<>();
        for (Node item : items(name)) {
            Located text = text(item, name);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** A list of objects. */
    public List<FieldReader> objects(String name) {
        List<FieldReader> objects = new ArrayList<>();
        for (Node item : items(name)) {
            FieldReader object = object(item, name);
            if (object != null) {
                objects.add(object);
            }
        }
        return objects;
    }

    /** An object; null if there is none. */
    public @Nullable FieldReader object(String name) {
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

    private void wrong(Node value, String name, String expected) {
        String wanted = value instanceof Node.Null ? expected + ", and null without quotes is nothing" : expected;
        findings.error(
                "wrong-type",
                value.place(),
                name + " should be " + wanted,
                findings.kind().whenWrong(),
                "write " + expected);
    }
}
