package io.github.seccompagent.app;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reduces a PodList to the fields that {@link KubernetesPods} reads. The authors of pods choose the rest, mostly
 * annotations, and it can have megabytes. As a tree it would take several times as much: more than the agent's memory.
 * Then the agent would end, and the notified calls of its containers would fail.
 */
final class PodFields extends TokenFilter {
    private static final Set<String> NAMES = Set.of(
            "items",
            "metadata",
            "namespace",
            "name",
            "uid",
            "annotations",
            "kubernetes.io/config.hash",
            "spec",
            "containers",
            "initContainers",
            "status",
            "initContainerStatuses",
            "containerStatuses",
            "ephemeralContainerStatuses",
            "containerID");

    private PodFields() {}

    /** Returns a parser that skips all other fields. */
    static JsonParser only(JsonParser all) {
        return new FilteringParserDelegate(all, new PodFields(), Inclusion.INCLUDE_ALL_AND_PATH, true);
    }

    @Override
    public @Nullable TokenFilter includeProperty(String name) {
        return NAMES.contains(name) ? this : null;
    }
}
