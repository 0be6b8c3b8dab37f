package io.github.seccompagent.app;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leaves of a PodList what {@link KubernetesPods} looks at. The rest, annotations most of all, can be megabytes that the authors
 * of pods choose, and would be several times that as a tree: more than the agent's memory, with which its containers' calls
 * would end.
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

    /** A parser that passes over everything else. */
    static JsonParser only(JsonParser all) {
        return new FilteringParserDelegate(all, new PodFields(), Inclusion.INCLUDE_ALL_AND_PATH, true);
    }

    @Override
    public @Nullable TokenFilter includeProperty(String name) {
        return NAMES.contains(name) ? this : null;
    }
}
