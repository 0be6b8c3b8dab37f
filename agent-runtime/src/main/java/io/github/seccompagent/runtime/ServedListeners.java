package io.github.seccompagent.runtime;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The listeners that are served now, and what one sees of them and of the containers that wait for their resolver. The
 * agent's own probe is in no count. Safe for use by several threads.
 */
final class ServedListeners {
    private final Resolution resolution;
    private final Set<ServedListener> served = ConcurrentHashMap.newKeySet();

    ServedListeners(Resolution resolution) {
        this.resolution = resolution;
    }

    void add(ServedListener listener) {
        served.add(listener);
    }

    void remove(ServedListener listener) {
        served.remove(listener);
    }

    /** Does something with each one, also with the probe's. */
    void each(Consumer<ServedListener> action) {
        Ending.forEach(served, action);
    }

    List<ServedListener> all() {
        return served.stream().filter(each -> !each.container().isProbe()).toList();
    }

    /** How many listeners of a user there are, with those that wait for their resolver. */
    long countOf(OptionalInt user) {
        return Stream.concat(pending(), all().stream().map(ServedListener::container))
                .filter(container -> container.owner().equals(user))
                .count();
    }

    /** How many containers there are in each state. A container with several listeners counts once. */
    Map<ContainerState, Integer> byState() {
        Set<String> resolving = new HashSet<>();
        Set<String> answered = new HashSet<>();
        Set<String> refused = new HashSet<>();
        pending().forEach(container -> resolving.add(container.id()));
        for (ServedListener listener : all()) {
            (isRefused(listener) ? refused : answered).add(listener.container().id());
        }
        return new EnumMap<>(Map.of(
                ContainerState.RESOLVING, resolving.size(),
                ContainerState.SERVED, answered.size(),
                ContainerState.REFUSED, refused.size()));
    }

    /** The containers, by their ids. Their listeners share a tally. */
    List<AttachedContainer> attached() {
        Map<Tally, AttachedContainer> attached = new HashMap<>();
        for (ServedListener listener : all()) {
            ContainerState state = isRefused(listener) ? ContainerState.REFUSED : ContainerState.SERVED;
            attached.merge(
                    listener.tally(),
                    AttachedContainer.served(
                            listener.container(), listener.registry().owner(), state, listener.tally()),
                    (known, one) -> known.withOneMoreListener());
        }
        return Stream.concat(attached.values().stream(), pending().map(AttachedContainer::resolving))
                .sorted(Comparator.comparing(AttachedContainer::id))
                .toList();
    }

    private Stream<ServedContainer> pending() {
        return resolution.pending().stream().filter(container -> !container.isProbe());
    }

    private static boolean isRefused(ServedListener listener) {
        return listener.registry() == Resolution.FAIL_CLOSED;
    }
}
