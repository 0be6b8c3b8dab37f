package io.github.seccompagent.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.PodLookup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the pod of a container by the pod's uid, which is in the name of the container's cgroup. It keeps the API
 * server's last list of this node's pods. It asks again if a pod is not in the list, but then pauses, however many
 * containers start.
 */
final class KubernetesPods implements PodLookup {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesPods.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    private final Source source;
    private final long pauseNanos;

    private Map<String, JsonNode> pods = Map.of(); // guarded by this, by uid
    private long askedNanos; // guarded by this
    private boolean asked; // guarded by this

    /** Where the pods of this node come from. */
    interface Source {
        JsonNode podList() throws IOException, InterruptedException;
    }

    /** @param pause how long the source is not asked again after it was asked */
    KubernetesPods(Source source, Duration pause) {
        this.source = source;
        pauseNanos = pause.toNanos();
    }

    @Override
    public PodIdentity find(ContainerProcessState container) {
        try {
            String cgroups =
                    Files.readString(Path.of("/proc/" + container.container().pid() + "/cgroup"));
            return PodCgroup.uidIn(cgroups, container.id())
                    .map(uid -> find(uid, container.id()))
                    .orElse(PodIdentity.UNKNOWN);
        } catch (IOException gone) {
            return PodIdentity.UNKNOWN;
        }
    }

    PodIdentity find(String uid, String containerId) {
        JsonNode pod = pod(uid);
        if (pod == null) {
            return new PodIdentity("", "", "", uid);
        }
        JsonNode metadata = pod.path("metadata");
        return new PodIdentity(
                metadata.path("namespace").asText(),
                metadata.path("name").asText(),
                containerName(pod, containerId),
                uid);
    }

    private synchronized @Nullable JsonNode pod(String uid) {
        JsonNode known = pods.get(uid);
        if (known == null && (!asked || System.nanoTime() - askedNanos >= pauseNanos)) {
            refresh();
            known = pods.get(uid);
        }
        return known;
    }

    private void refresh() {
        try {
            Map<String, JsonNode> found = new HashMap<>();
            for (JsonNode pod : source.podList().path("items")) {
                JsonNode metadata = pod.path("metadata");
                found.put(metadata.path("uid").asText(), pod);
                // The kubelet identifies a static pod by a hash, and the API server by the uid of its mirror pod.
                String hash = metadata.path("annotations")
                        .path("kubernetes.io/config.hash")
                        .asText();
                if (!hash.isEmpty()) {
                    found.put(hash, pod);
                }
            }
            pods = found;
        } catch (IOException e) {
            WARNINGS.log(
                    "", () -> "the names of pods are unknown: the Kubernetes API cannot be asked: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            asked = true;
            askedNanos = System.nanoTime();
        }
    }

    /**
     * A container's status appears after its start. So the name is mostly known only if the pod has a single container.
     */
    private static String containerName(JsonNode pod, String containerId) {
        for (String kind : new String[] {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"}) {
            for (JsonNode status : pod.path("status").path(kind)) {
                if (status.path("containerID").asText().endsWith("://" + containerId)) {
                    return status.path("name").asText();
                }
            }
        }
        JsonNode spec = pod.path("spec");
        boolean single = spec.path("containers").size() == 1
                && spec.path("initContainers").isEmpty();
        return Optional.of(spec.path("containers").path(0).path("name").asText())
                .filter(name -> single)
                .orElse("");
    }
}
