package io.github.seccompagent.resolver.policy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the conditions on a container hold. What is not known about it has the answer that grants less. */
final class WhoMatch {
    private final Identity who;
    private final boolean ifUnknown;

    private WhoMatch(Identity who, boolean ifUnknown) {
        this.who = who;
        this.ifUnknown = ifUnknown;
    }

    /** @param denies whether the entry denies: then a condition on something unknown holds */
    static boolean holds(Who conditions, Identity who, boolean denies) {
        WhoMatch match = new WhoMatch(who, denies);
        return match.name(conditions.namespaces(), known(who.namespace()))
                && match.name(conditions.pods(), known(who.pod()))
                && match.name(conditions.containers(), known(who.container()))
                && match.name(conditions.serviceAccounts(), who.serviceAccount())
                && match.labels(conditions.labels())
                && match.annotations(conditions.annotations())
                && (conditions.uids().isEmpty() || conditions.uids().contains(who.uid()));
    }

    private static Optional<String> known(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    private boolean name(Set<String> globs, Optional<String> name) {
        return globs.isEmpty()
                || name.map(known -> globs.stream().anyMatch(glob -> NameGlob.matches(glob, known)))
                        .orElse(ifUnknown);
    }

    private boolean labels(Map<String, String> globs) {
        return globs.isEmpty()
                || who.labels()
                        .map(labels -> globs.entrySet().stream().allMatch(glob -> has(labels, glob)))
                        .orElse(ifUnknown);
    }

    private boolean annotations(Map<String, String> globs) {
        return globs.entrySet().stream()
                .allMatch(glob -> who.knowsAnnotation(glob.getKey()) ? has(who.annotations(), glob) : ifUnknown);
    }

    private static boolean has(Map<String, String> values, Map.Entry<String, String> glob) {
        String value = values.get(glob.getKey());
        return value != null && NameGlob.matches(glob.getValue(), value);
    }
}
