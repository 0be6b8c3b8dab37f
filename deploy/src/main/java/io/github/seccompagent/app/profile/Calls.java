package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a profile does with each call on this machine. libseccomp takes the first unconditional rule of a call. It drops
 * all others of that call, those before it too.
 */
final class Calls {
    private final Optional<SeccompAction> otherwise;
    private final Map<String, Rule> unconditional = new HashMap<>();
    private final Map<String, Rule> conditional = new HashMap<>(); // the first of those that notify or refuse

    Calls(Profile profile, Machine machine) {
        otherwise = profile.knownDefault();
        for (Rule rule : profile.rulesFor(machine)) {
            if (rule.knownAction().isPresent() && !profile.isRedundant(rule)) {
                rule.names().forEach(name -> add(name.text(), rule));
            }
        }
    }

    private void add(String name, Rule rule) {
        if (rule.conditions().isEmpty()) {
            unconditional.putIfAbsent(name, rule);
        } else if (!rule.knownAction().map(SeccompAction::lets).orElse(true)) {
            conditional.putIfAbsent(name, rule);
        }
    }

    /** The rule that decides about a call whatever its arguments are; null if there is none. */
    @Nullable Rule unconditional(String name) {
        return unconditional.get(name);
    }

    /** A rule that notifies or refuses the call, at least with some arguments; null if only the default does. */
    @Nullable Rule catching(String name) {
        Rule rule = unconditional.get(name);
        if (rule == null) {
            return conditional.get(name);
        }
        return rule.knownAction().map(SeccompAction::lets).orElse(true) ? null : rule;
    }

    /** Whether the call reaches the kernel with any arguments, and no rule catches it. */
    boolean isOpen(String name) {
        Rule rule = unconditional.get(name);
        Optional<SeccompAction> action = rule != null ? rule.knownAction() : otherwise;
        return action.map(SeccompAction::lets).orElse(false) && (rule != null || !conditional.containsKey(name));
    }

    /** Whether there is no rule for the call, and the default action refuses it. */
    boolean isRefusedByDefault(String name) {
        return !unconditional.containsKey(name)
                && !conditional.containsKey(name)
                && otherwise.map(SeccompAction::refuses).orElse(false);
    }

    /** The calls with a rule that catches them. */
    List<String> caught() {
        return names().stream().filter(name -> catching(name) != null).sorted().toList();
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>(unconditional.keySet());
        names.addAll(conditional.keySet());
        return names;
    }

    /** Where a rule names a call. */
    static Place placeOf(Rule rule, String name) {
        return rule.names().stream()
                .filter(each -> each.text().equals(name))
                .map(Located::place)
                .findFirst()
                .orElse(rule.place());
    }
}
