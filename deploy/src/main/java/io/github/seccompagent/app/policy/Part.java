package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Likely;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.resolver.policy.Problem;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a policy while it is read: a grant, a rule, or an entry of access.
 *
 * @param its its place in the policy
 */
record Part(FieldReader fields, Problem.Place its, Findings findings, PolicyPlaces places) {
    private static final String EVERYBODY =
            "An empty list would be the same as none, so the condition would hold always.";

    /** The same part, of which an inner object is read. */
    Part inner(FieldReader object) {
        return new Part(object, its, findings, places);
    }

    void error(String id, Finding.Place place, String what, String fix) {
        findings.error(id, place, what, "", fix);
    }

    /** Notes where the values of a field are that the engine knows by another name. */
    void note(String field, String value, Finding.Place place) {
        places.put(new Problem.Place(its.part(), its.grant(), its.index(), field, value), place);
    }

    /** A string without control characters; null if there is none. */
    @Nullable Located text(String name) {
        Located text = fields.text(name);
        return text == null || !isClean(text, name) ? null : text;
    }

    private boolean isClean(Located text, String name) {
        if (text.text().isBlank()) {
            error("empty-text", text.place(), name + " is empty", "remove it, or write something");
            return false;
        }
        if (text.text().chars().anyMatch(Character::isISOControl)) {
            error("control-character", text.place(), name + " has a control character", "remove it");
            return false;
        }
        return true;
    }

    /** A list of strings that is not empty if it is there, noted under the engine's name of the field. */
    List<Located> texts(String name, String engines) {
        note(engines, "", fields.placeOfName(name));
        if (fields.isEmptyList(name)) {
            findings.error("empty-list", fields.placeOf(name), name + " is empty", EVERYBODY, "remove it, or fill it");
        }
        List<Located> texts =
                fields.texts(name).stream().filter(text -> isClean(text, name)).toList();
        texts.forEach(text -> note(engines, text.text(), text.place()));
        return texts;
    }

    /** The same as a set of what {@code reader} makes of them. What it does not understand is a finding. */
    <T> Set<T> set(String name, String engines, Function<String, T> reader) {
        Set<T> set = new LinkedHashSet<>();
        for (Located text : texts(name, engines)) {
            T value = read(text, name, reader);
            if (value != null) {
                set.add(value);
            }
        }
        return set;
    }

    /** What {@code reader} makes of a text. Null, and a finding, if it throws an IllegalArgumentException. */
    <T> @Nullable T read(Located text, String name, Function<String, T> reader) {
        try {
            return reader.apply(text.text());
        } catch (IllegalArgumentException e) {
            error("wrong-value", text.place(), name + ": " + e.getMessage(), "write another value");
            return null;
        }
    }

    /** One of {@code choices}; null, and a finding, if it is none of them. */
    @Nullable String choice(String name, Located text, Collection<String> choices) {
        if (choices.contains(text.text())) {
            return text.text();
        }
        String likely = Likely.of(text.text(), choices);
        error(
                "unknown-" + name,
                text.place(),
                name + ": " + Findings.quote(text.text()) + " is not one of " + String.join(", ", choices),
                "write " + (likely.isEmpty() ? "one of them" : likely));
        return null;
    }
}
