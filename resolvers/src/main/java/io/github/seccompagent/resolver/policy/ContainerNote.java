package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.PodIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the next agent gets to know about a container.
 *
 * @param found its pod, if it was looked up
 * @param known the annotations that were kept if the container has them; empty if there is no note
 */
record ContainerNote(Optional<PodIdentity> found, Optional<Set<String>> known) {
    static final ContainerNote NONE = new ContainerNote(Optional.empty(), Optional.empty());

    private static final int NAMES = 4;
    private static final int MOST_BYTES = 1000; // HandlerRegistry.MAX_NOTE_BYTES, less the line ends

    /** Annotations for which there is no room count as unknown. */
    static ContainerNote of(Optional<PodIdentity> found, Set<String> known) {
        int room = MOST_BYTES - found.map(pod -> bytes(lines(pod))).orElse(NAMES);
        Set<String> kept = new TreeSet<>();
        for (String name : new TreeSet<>(known)) {
            room -= bytes(name) + 1;
            if (room >= 0 && name.lines().count() == 1) {
                kept.add(name);
            }
        }
        return new ContainerNote(found, Optional.of(kept));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String lines(PodIdentity pod) {
        return String.join("\n", pod.namespace(), pod.pod(), pod.container(), pod.uid());
    }

    String toText() {
        return known.map(names -> lines(found.orElse(PodIdentity.UNKNOWN)) + "\n" + String.join("\n", names))
                .orElse("");
    }

    static ContainerNote of(String text) {
        List<String> lines = Arrays.asList(text.split("\n", -1));
        if (lines.size() <= NAMES) {
            return NONE;
        }
        PodIdentity pod = new PodIdentity(lines.get(0), lines.get(1), lines.get(2), lines.get(3));
        return new ContainerNote(
                pod.isNamed() ? Optional.of(pod) : Optional.empty(),
                Optional.of(Set.copyOf(new TreeSet<>(lines.subList(NAMES, lines.size())))));
    }
}
