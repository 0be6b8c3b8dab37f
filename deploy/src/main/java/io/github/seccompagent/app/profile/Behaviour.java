package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a profile does with each call, in words that are the same if it is the same. */
final class Behaviour {
    private static final String NONE = "-";

    private final String otherwise;
    private final Map<String, String> unconditional = new TreeMap<>();
    private final Map<String, Map<String, String>> conditional = new TreeMap<>();

    Behaviour(Profile profile, Machine machine) {
        otherwise = words(profile.defaultAction(), profile.defaultErrno());
        for (Rule rule : profile.rulesFor(machine)) {
            if (!profile.isRedundant(rule)) {
                rule.names().forEach(name -> add(name.text(), rule));
            }
        }
    }

    private void add(String name, Rule rule) {
        String action = words(rule.action(), rule.errno());
        if (rule.conditions().isEmpty()) {
            unconditional.putIfAbsent(name, action);
        } else {
            conditional.computeIfAbsent(name, none -> new TreeMap<>()).putIfAbsent(rule.conditionKey(), action);
        }
    }

    private static String words(@Nullable Located action, @Nullable Long errno) {
        if (action == null) {
            return NONE;
        }
        Optional<SeccompAction> known = SeccompAction.of(action.text());
        if (known.isEmpty()) {
            return action.text();
        }
        return known.get() == SeccompAction.ERRNO
                ? known.get() + " " + (errno == null ? 1 : errno)
                : known.get().toString();
    }

    /** The default action. */
    String otherwise() {
        return otherwise;
    }

    /** The calls that rules name. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(unconditional.keySet());
        names.addAll(conditional.keySet());
        return names;
    }

    /** What happens to a call. */
    String of(String name) {
        String always = unconditional.get(name);
        if (always != null) {
            return always;
        }
        StringBuilder words = new StringBuilder();
        conditional
                .getOrDefault(name, Map.of())
                .forEach((conditions, action) ->
                        words.append(action).append(" if ").append(conditions).append(", "));
        return words.append(words.isEmpty() ? "" : "else ").append(otherwise).toString();
    }
}
