package io.github.seccompagent.resolver;

import java.util.List;
import java.util.Map;

/**
 * Which pod and container of Kubernetes it is. What is not known is empty.
 *
 * @param uid the pod's
 */
public record PodIdentity(String namespace, String pod, String container, String uid) {
    /** Nothing is known. */
    public static final PodIdentity UNKNOWN = new PodIdentity("", "", "", "");

    // containerd's names first, then those of CRI-O and dockershim, which podman's play kube has too, then older ones
    // of CRI-O.
    private static final List<String> NAMESPACE = List.of(
            "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace", "io.kubernetes.cri-o.Namespace");
    private static final List<String> POD =
            List.of("io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name", "io.kubernetes.cri-o.KubeName");
    private static final List<String> CONTAINER = List.of(
            "io.kubernetes.cri.container-name", "io.kubernetes.container.name", "io.kubernetes.cri-o.ContainerName");
    private static final List<String> UID = List.of("io.kubernetes.cri.sandbox-uid", "io.kubernetes.pod.uid");

    /** What a container's annotations say. */
    public static PodIdentity of(Map<String, String> annotations) {
        return new PodIdentity(
                first(annotations, NAMESPACE),
                first(annotations, POD),
                first(annotations, CONTAINER),
                first(annotations, UID));
    }

    private static String first(Map<String, String> annotations, List<String> names) {
        return names.stream()
                .map(name -> annotations.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Whether it is known which pod it is. */
    public boolean isNamed() {
        return !namespace.isEmpty() && !pod.isEmpty();
    }

    /** This, with what {@code other} knows where this does not. */
    public PodIdentity or(PodIdentity other) {
        return new PodIdentity(
                or(namespace, other.namespace), or(pod, other.pod), or(container, other.container), or(uid, other.uid));
    }

    private static String or(String own, String other) {
        return own.isEmpty() ? other : own;
    }

    /** Fit for a log: namespace/pod/container. */
    @Override
    public String toString() {
        return isNamed() ? namespace + "/" + pod + (container.isEmpty() ? "" : "/" + container) : "unknown";
    }
}
