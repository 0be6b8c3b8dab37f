package io.github.seccompagent.api;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What the container runtime says of a container process, the container process state of the
 * <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md">OCI runtime specification</a>.
 *
 * @param ociVersion the version of the specification, as the runtime gives it; some always say the same
 * @param pid the process that the listener belongs to, as the agent sees it. With some runtimes that is the container's
 *     first process even for a process executed later
 * @param metadata the profile's {@code listenerMetadata}, empty if there is none
 * @param container the state of the container
 * @param user the uid of the user whose container it is, if it is not an administrator's. Nothing of what that user said is in
 *     here: the metadata is what the agent was started with for that uid, the id is the agent's own name for it
 */
public record ContainerProcessState(
        String ociVersion, int pid, String metadata, Container container, OptionalInt user) {

    /** The state of an administrator's container. */
    public ContainerProcessState(String ociVersion, int pid, String metadata, Container container) {
        this(ociVersion, pid, metadata, container, OptionalInt.empty());
    }

    /**
     * The state of a container.
     *
     * @param id the container's id, unique on this machine
     * @param status creating, created, running or stopped
     * @param pid the container's first process, as the agent sees it
     * @param bundle the folder of the container's bundle, on the host
     * @param annotations the annotations of the container that its resolver wants, never null
     */
    public record Container(String id, String status, int pid, String bundle, Map<String, String> annotations) {
        public Container {
            annotations.forEach((name, value) -> {
                Objects.requireNonNull(name);
                Objects.requireNonNull(value);
            });
            // Not Map.copyOf: there names that somebody has made to collide cost the square of their number.
            annotations = Collections.unmodifiableMap(new HashMap<>(annotations));
        }
    }

    /** The container's id. */
    public String id() {
        return container.id();
    }

    /** The values of {@code key} in {@link #metadata()} read as lines of KEY=VALUE, in order. */
    public List<String> metadataValues(String key) {
        return metadata.lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }
}
