package io.github.seccompagent.api;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What the container runtime says about a container process. This is the container process state of the
 * <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md">OCI runtime specification</a>.
 *
 * @param ociVersion the version of the specification, as the runtime gives it. Some runtimes always give the same one
 * @param pid the process that the listener belongs to, in the agent's pid namespace. For a process that is executed
 *     later, some runtimes give the container's first process here
 * @param metadata the profile's {@code listenerMetadata}, empty if there is none
 * @param container the state of the container
 * @param user the uid of the user who owns the container; empty if an administrator does. If it is present, nothing
 *     here comes from that user: the agent was started with this metadata for that uid, and the agent made the
 *     container's id
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
     * @param pid the container's first process, in the agent's pid namespace
     * @param bundle the folder of the container's bundle on the host
     * @param annotations those annotations of the container that {@link Resolver#wantsAnnotation} keeps
     */
    public record Container(String id, String status, int pid, String bundle, Map<String, String> annotations) {
        public Container {
            annotations.forEach((name, value) -> {
                Objects.requireNonNull(name);
                Objects.requireNonNull(value);
            });
            // Map.copyOf takes quadratic time if somebody chose names whose hashes collide. HashMap does not.
            annotations = Collections.unmodifiableMap(new HashMap<>(annotations));
        }
    }

    /** The container's id. */
    public String id() {
        return container.id();
    }

    /** Reads {@link #metadata()} as lines of KEY=VALUE and returns the values of {@code key} in their order. */
    public List<String> metadataValues(String key) {
        return metadata.lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }
}
