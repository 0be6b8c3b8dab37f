package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.resolver.KubernetesResolver.PodMiddleware;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells what the resolvers will say to the metadata of a profile, before a container has it. The resolvers themselves
 * read it. Safe for use by several threads.
 */
public final class MetadataCheck {
    private static final String OF_PASS_THROUGH = "PASS_OPEN";
    private static final Map<String, String> PAIRS = Map.of(
            "EXEC_PATTERN", "EXEC_DURATION",
            "EXEC_DURATION", "EXEC_PATTERN",
            "SIDECARS", "SIDECARS_DELAY",
            "SIDECARS_DELAY", "SIDECARS");

    /** The families of calls that metadata can be about. */
    private static final List<String> FAMILIES = List.of("mkdir", "execve", "mount", "umount", "mknod");

    private final KubernetesResolver resolver;

    /**
     * What is wrong with a key.
     *
     * @param kind how bad it is
     */
    public record Problem(String key, Kind kind, String what) {}

    /** How bad a problem is. */
    public enum Kind {
        /** No resolver knows the key. */
        UNKNOWN_KEY,
        /** The resolver refuses the value, and all notified calls of the container fail. */
        REFUSED,
        /** It does something, or nothing, and perhaps that is not meant. */
        DOUBTFUL
    }

    /**
     * Creates a check.
     *
     * @param middleware the names that MIDDLEWARE can have
     */
    public MetadataCheck(Collection<String> middleware) {
        PodMiddleware none = (identity, container) -> next -> next;
        resolver = new KubernetesResolver(
                container -> PodIdentity.UNKNOWN,
                middleware.stream().collect(Collectors.toMap(Function.identity(), name -> none)));
    }

    /** The keys that a resolver knows. */
    public static Set<String> keys() {
        Set<String> keys = new TreeSet<>(KubernetesResolver.KEYS);
        keys.add(OF_PASS_THROUGH);
        return keys;
    }

    /** The problems of each key by itself, so none hides another. */
    public List<Problem> problems(String metadata) {
        List<Problem> problems = new ArrayList<>();
        Metadata whole = new Metadata(state(metadata), ignored -> {});
        for (String key : whole.keys()) {
            if (!keys().contains(key)) {
                problems.add(new Problem(key, Kind.UNKNOWN_KEY, "no resolver knows it"));
                continue;
            }
            Consumer<String> doubts = what -> problems.add(new Problem(key, Kind.DOUBTFUL, what));
            ContainerProcessState alone = state(whole.linesOf(key));
            try {
                resolver.registry(new Metadata(alone, doubts), PodIdentity.UNKNOWN, alone);
            } catch (IllegalArgumentException e) {
                problems.add(new Problem(key, Kind.REFUSED, String.valueOf(e.getMessage())));
            }
            String other = PAIRS.getOrDefault(key, key);
            if (!whole.keys().contains(other)) {
                doubts.accept(key + " does nothing without " + other);
            }
        }
        return problems;
    }

    /**
     * The families of calls for which the metadata has the resolver do something.
     *
     * @throws IllegalArgumentException if a value is not understood
     */
    public Set<String> handledFamilies(String metadata) {
        ContainerProcessState state = state(metadata);
        HandlerRegistry registry = resolver.registry(new Metadata(state, ignored -> {}), PodIdentity.UNKNOWN, state)
                .build();
        return FAMILIES.stream()
                .filter(family -> registry.handlerOf(family, family) != registry.handlerOf("", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static ContainerProcessState state(String metadata) {
        return new ContainerProcessState("1.0.2", 1, metadata, new Container("checked", "creating", 1, "/", Map.of()));
    }
}
