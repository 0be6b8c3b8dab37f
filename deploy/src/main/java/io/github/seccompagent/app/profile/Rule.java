package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a profile.
 *
 * @param names the calls that it is for
 * @param action null if it has none
 * @param errno null if it has none
 */
record Rule(
        Place place,
        List<Located> names,
        @Nullable Located action,
        @Nullable Long errno,
        List<Condition> conditions,
        Selectors selectors) {

    /** For which containers and machines a rule of Docker's form is. */
    record Selectors(Selector includes, Selector excludes) {
        static final Selectors NONE = new Selectors(Selector.NONE, Selector.NONE);
    }

    boolean isFor(Machine machine) {
        return selectors.includes().includes(machine) && !selectors.excludes().excludes(machine);
    }

    /** Empty if it has none that runtimes know. */
    Optional<SeccompAction> knownAction() {
        return action == null ? Optional.empty() : SeccompAction.of(action.text());
    }

    boolean isNotify() {
        return knownAction().equals(Optional.of(SeccompAction.NOTIFY));
    }

    /** The conditions, the same for rules that mean the same; empty if there are none. */
    String conditionKey() {
        return conditions.stream().map(Condition::key).sorted().collect(Collectors.joining(" and "));
    }
}
