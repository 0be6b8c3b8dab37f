package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A profile as it was read. What is wrong with it is still in it.
 *
 * @param form how it was written
 * @param name of what it is: its file, and in a file of several the name of the resource
 * @param place where it begins
 * @param flags null if none are named, which is not the same as an empty list: runtimes have a default then
 */
record Profile(
        Form form,
        String name,
        Place place,
        @Nullable Located defaultAction,
        @Nullable Long defaultErrno,
        List<Located> architectures,
        @Nullable List<Located> flags,
        @Nullable Located listenerPath,
        @Nullable Located listenerMetadata,
        List<Rule> rules) {

    /** How a profile is written. */
    enum Form {
        OCI("an OCI profile"),
        CONFIG("the profile of a config.json"),
        DOCKER("a profile in Docker's form"),
        OPERATOR("a profile of the Security Profiles Operator");

        private final String words;

        Form(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** Empty if it has none that runtimes know. */
    Optional<SeccompAction> knownDefault() {
        return defaultAction == null ? Optional.empty() : SeccompAction.of(defaultAction.text());
    }

    /** Whether a rule does what happens anyway. Runtimes leave such rules out. */
    boolean isRedundant(Rule rule) {
        Optional<SeccompAction> otherwise = knownDefault();
        return otherwise.isPresent()
                && otherwise.equals(rule.knownAction())
                && otherwise.get().value(defaultErrno) == otherwise.get().value(rule.errno());
    }

    /** The rules that count on a machine. */
    List<Rule> rulesFor(Machine machine) {
        return rules.stream().filter(rule -> rule.isFor(machine)).toList();
    }

    Stream<Rule> notifying() {
        return rules.stream().filter(Rule::isNotify);
    }

    /** Runtimes take a profile with neither default action nor rules as none at all. */
    boolean isEmpty() {
        return defaultAction == null && rules.isEmpty();
    }
}
