package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.JoinedMetadata;
import io.github.seccompagent.resolver.MetadataCheck;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The metadata of several grants.
 *
 * @param text lines of KEY=VALUE
 */
record GrantMetadata(String text) {
    private static final String DEFAULT_ACTION = "DEFAULT_ACTION=";

    /** @throws IllegalArgumentException if grants contradict each other */
    static GrantMetadata of(Collection<Grant> grants) {
        return of(grants, Map.of());
    }

    /**
     * Puts them together.
     *
     * @param others metadata from elsewhere, by the name of its source
     */
    static GrantMetadata of(Collection<Grant> grants, Map<String, String> others) {
        Map<String, String> sources = new LinkedHashMap<>();
        grants.forEach(grant -> sources.put("grant '" + grant.name() + "'", String.join("\n", grant.metadata())));
        sources.putAll(others);
        return new GrantMetadata(JoinedMetadata.of(sources));
    }

    boolean hasDefaultAction() {
        return text.lines()
                .anyMatch(line -> line.startsWith(DEFAULT_ACTION) && line.length() > DEFAULT_ACTION.length());
    }

    /**
     * The families of calls that it handles.
     *
     * @throws IllegalArgumentException if a value is not understood
     */
    Set<String> families() {
        String withoutMiddleware =
                text.lines().filter(line -> !line.startsWith("MIDDLEWARE=")).collect(Collectors.joining("\n"));
        return new MetadataCheck(List.of()).handledFamilies(withoutMiddleware);
    }
}
