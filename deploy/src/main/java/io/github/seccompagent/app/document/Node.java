package io.github.seccompagent.app.document;

import io.github.seccompagent.app.report.Finding.Place;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** A value of a JSON or YAML text, and where it is. */
public sealed interface Node {
    Place place();

    /** An object. Of fields of one name, it has the last one, as Go's parser does. */
    record Fields(Place place, Map<String, Field> fields) implements Node {
        /** Whether the object has a field of that name. */
        public boolean has(String name) {
            return fields.containsKey(name);
        }
    }

    /**
     * A field of an object.
     *
     * @param place where its name is
     */
    record Field(Place place, Node value) {}

    /** A list. */
    record Items(Place place, List<Node> items) implements Node {}

    /** A string. */
    record Text(Place place, String text) implements Node {}

    /** A whole number. */
    record Whole(Place place, BigInteger value) implements Node {}

    /** A number with a fraction, true, or false. */
    record Other(Place place, String text) implements Node {}

    /** Nothing, which means the same as no field. */
    record Null(Place place) implements Node {}
}
