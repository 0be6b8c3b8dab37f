package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.seccompagent.app.file.JsonFile;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The names that people give to containers, by the containers' ids. */
final class ContainerNames {
    private static final Path OF_PODMAN = Path.of("/var/lib/containers/storage/overlay-containers/containers.json");
    private static final Path OF_DOCKER = Path.of("/var/lib/docker/containers");
    private static final List<String> ANNOTATIONS = List.of(
            "io.kubernetes.cri.container-name", "io.kubernetes.cri-o.ContainerName", "io.kubernetes.container.name");

    private final Map<String, List<String>> podmans = new TreeMap<>();

    ContainerNames() {
        if (Files.isReadable(OF_PODMAN)) {
            for (JsonNode each : readable(OF_PODMAN)) {
                podmans.put(each.path("id").asText(), JsonFile.texts(each.path("names")));
            }
        }
    }

    /** The names of a container; none if it has none that is known here. */
    List<String> of(FoundContainer container) {
        List<String> names = new ArrayList<>(podmans.getOrDefault(container.id(), List.of()));
        Path docker = OF_DOCKER.resolve(container.id()).resolve("config.v2.json");
        if (Files.isReadable(docker)) {
            names.add(readable(docker).path("Name").asText().replaceFirst("^/", ""));
        }
        Path configuration = Path.of(container.bundle(), "config.json");
        if (!container.bundle().isEmpty() && Files.isReadable(configuration)) {
            JsonNode annotations = readable(configuration).path("annotations");
            ANNOTATIONS.forEach(key -> names.add(annotations.path(key).asText("")));
        }
        names.removeIf(String::isEmpty);
        return names;
    }

    private static JsonNode readable(Path file) {
        try {
            return JsonFile.ofRegular(file);
        } catch (UsageException unreadable) {
            return MissingNode.getInstance();
        }
    }
}
