package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts metadata of several sources together. Keys that {@link KubernetesResolver} does not know are left out. */
public final class JoinedMetadata {
    private static final Set<String> LISTS = Set.of("MOUNT_OTHER_FS_LIST", "MKNOD_DEVICES", "SIDECARS", "MIDDLEWARE");

    private final Map<String, Set<String>> lists = new LinkedHashMap<>();
    private final Map<String, Single> singles = new LinkedHashMap<>();

    private record Single(String value, String source) {}

    private JoinedMetadata() {}

    /**
     * The metadata of all sources. Lists are joined.
     *
     * @param sources metadata by the name of where it comes from
     * @throws IllegalArgumentException if two sources give different values to a key that has one; the message names
     *     the sources and the key
     */
    public static String of(Map<String, String> sources) {
        JoinedMetadata joined = new JoinedMetadata();
        sources.forEach(joined::add);
        String lists = joined.lists.entrySet().stream()
                .map(list -> list.getKey() + "=" + String.join(",", list.getValue()))
                .collect(Collectors.joining("\n"));
        String singles = joined.singles.entrySet().stream()
                .map(single -> single.getKey() + "=" + single.getValue().value())
                .collect(Collectors.joining("\n"));
        return lists + "\n" + singles;
    }

    private void add(String source, String text) {
        Metadata metadata = new Metadata(
                new ContainerProcessState("", 1, text, new Container("", "", 1, "", Map.of())), ignored -> {});
        for (String key : metadata.keys()) {
            if (LISTS.contains(key)) {
                lists.computeIfAbsent(key, none -> new LinkedHashSet<>()).addAll(metadata.list(key));
            } else if (KubernetesResolver.KEYS.contains(key)) {
                addSingle(source, key, metadata.text(key).orElse("").strip());
            }
        }
    }

    private void addSingle(String source, String key, String value) {
        Single former = singles.putIfAbsent(key, new Single(value, source));
        if (former != null && !former.value().equals(value)) {
            throw new IllegalArgumentException(former.source() + " and " + source
                    + " contradict each other: they give different values to " + key);
        }
    }
}
