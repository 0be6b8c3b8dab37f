package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import java.util.Map;

/**
 * Which pod and container of Kubernetes it is. What is not known is empty.
 *
 * @param uid the pod's
 */
public record PodIdentity(String namespace, String pod, String container, String uid) {
    /** Nothing is known. */
    public static final PodIdentity UNKNOWN = new PodIdentity("", "", "", "");

    /** CRI-O's own: the id that it has just drawn for the container. */
    private static final String CRIO_CONTAINER_ID = "io.kubernetes.cri-o.ContainerID";

    private static final String CONTAINERD_PREFIX = "io.kubernetes.cri.";

    /** Containerd's own, which it always writes. */
    private static final String CONTAINERD_TYPE = CONTAINERD_PREFIX + "container-type";

    private static final Names CONTAINERD = new Names(
            CONTAINERD_PREFIX + "sandbox-namespace",
            CONTAINERD_PREFIX + "sandbox-name",
            CONTAINERD_PREFIX + "container-name",
            CONTAINERD_PREFIX + "sandbox-uid");

    /** The labels that a kubelet gives its containers. CRI-O makes annotations of them; with podman a user can. */
    private static final Names LABELS = new Names(
            "io.kubernetes.pod.namespace",
            "io.kubernetes.pod.name",
            "io.kubernetes.container.name",
            "io.kubernetes.pod.uid");

    /** The annotations of one runtime. */
    private record Names(String namespace, String pod, String container, String uid) {
        boolean has(String name) {
            return name.equals(namespace) || name.equals(pod) || name.equals(container) || name.equals(uid);
        }

        PodIdentity in(Map<String, String> annotations) {
            return new PodIdentity(
                    annotations.getOrDefault(namespace, ""),
                    annotations.getOrDefault(pod, ""),
                    annotations.getOrDefault(container, ""),
                    annotations.getOrDefault(uid, ""));
        }
    }

    /**
     * What a container's annotations say. Those are believed that its runtime writes itself, over whatever the author of the
     * pod has given it:
     *
     * <ul>
     *   <li>CRI-O takes over all annotations of the pod, among them such as containerd would write. Then it writes its own,
     *       and last the kubelet's labels. So the labels are true, and of the rest nothing is believed.
     *   <li>containerd takes over only annotations that its configuration lists (pod_annotations, empty by default), then it
     *       writes its own. So its own are true, and labels are not.
     * </ul>
     *
     * <p>It is CRI-O if its annotation with the container's id has that id: under containerd with a wide list a pod can have
     * that annotation, but its author cannot know the id, which is drawn after he has written it. With another id somebody
     * pretends: under containerd, or under CRI-O for the pod's sandbox, where the pod's annotations come last. Then none is
     * believed. Without that annotation it is not CRI-O, since nobody can take it away there.
     *
     * <p>Other runtimes that have none of these pass no annotations of pods on; what is there is of who has started the
     * container.
     */
    public static PodIdentity of(ContainerProcessState.Container container) {
        Map<String, String> annotations = container.annotations();
        String crioId = annotations.get(CRIO_CONTAINER_ID);
        if (crioId != null) {
            return crioId.equals(container.id()) ? LABELS.in(annotations) : UNKNOWN;
        }
        // Containerd always writes some of its own, the container's type at least.
        boolean containerd = annotations.keySet().stream().anyMatch(name -> name.startsWith(CONTAINERD_PREFIX));
        return containerd ? CONTAINERD.in(annotations) : LABELS.in(annotations);
    }

    /** Whether an annotation of that name is one of those that {@link #of} looks at. */
    public static boolean isToldBy(String name) {
        return CONTAINERD.has(name)
                || LABELS.has(name)
                || name.equals(CRIO_CONTAINER_ID)
                || name.equals(CONTAINERD_TYPE);
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
