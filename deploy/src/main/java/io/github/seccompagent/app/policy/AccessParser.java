package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.document.Node;
import io.github.seccompagent.resolver.policy.Access;
import io.github.seccompagent.resolver.policy.Access.Effect;
import io.github.seccompagent.resolver.policy.Problem;
import io.github.seccompagent.resolver.policy.Who;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Reads an entry of {@code access}. */
final class AccessParser {
    private static final List<String> EFFECTS = List.of("allow", "default", "deny");
    private static final Set<String> FIELDS = Set.of(
            "allow",
            "default",
            "deny",
            "namespaces",
            "pods",
            "containers",
            "serviceAccounts",
            "labels",
            "annotations",
            "uids");
    private static final BigInteger MOST_UID = BigInteger.ONE.shiftLeft(32).subtract(BigInteger.TWO); // -1 is nobody

    private final Part entry;

    AccessParser(int index, FieldReader fields, Findings findings, PolicyPlaces places) {
        entry = new Part(fields, new Problem.Place(Problem.Part.ACCESS, "", index, "", ""), findings, places);
        entry.note("", "", fields.place());
    }

    Access access() {
        entry.fields().knowOnly(FIELDS);
        List<String> given = EFFECTS.stream().filter(entry.fields()::has).toList();
        if (given.size() != 1) {
            entry.error(
                    "effect",
                    entry.fields().place(),
                    given.isEmpty() ? "the entry says nothing" : "the entry has " + String.join(" and ", given),
                    "give exactly one of allow, default and deny");
        }
        String effect = given.isEmpty() ? "deny" : given.get(0);
        entry.note("effect", "", entry.fields().placeOfName(effect));
        return new Access(Effect.valueOf(effect.toUpperCase(Locale.ROOT)), globs(effect, "grants"), who());
    }

    private Set<String> globs(String name, String engines) {
        return entry.set(name, engines, Function.identity());
    }

    private Who who() {
        return new Who(
                globs("namespaces", "namespaces"),
                globs("pods", "pods"),
                globs("containers", "containers"),
                globs("serviceAccounts", "serviceAccounts"),
                values("labels"),
                values("annotations"),
                uids());
    }

    private Map<String, String> values(String name) {
        entry.note(name, "", entry.fields().placeOfName(name));
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, Located> texts = entry.fields().textsByName(name);
        FieldReader object = entry.fields().object(name);
        if (object != null && object.fields().fields().isEmpty()) {
            entry.error("empty-list", object.place(), name + " is empty", "remove it, or fill it");
        }
        texts.forEach((key, value) -> {
            entry.note(name, key, value.place());
            values.put(key, value.text());
        });
        return values;
    }

    private Set<Long> uids() {
        entry.note("uids", "", entry.fields().placeOfName("uids"));
        Set<Long> uids = new LinkedHashSet<>();
        if (entry.fields().isEmptyList("uids")) {
            entry.error("empty-list", entry.fields().placeOf("uids"), "uids is empty", "remove it, or fill it");
        }
        for (Node item : entry.fields().items("uids")) {
            if (item instanceof Node.Whole number
                    && number.value().signum() >= 0
                    && number.value().compareTo(MOST_UID) <= 0) {
                uids.add(number.value().longValue());
                entry.note("uids", number.value().toString(), item.place());
            } else {
                entry.error(
                        "wrong-type", item.place(), "uids should be numbers of users", "write a number such as 1000");
            }
        }
        return uids;
    }
}
