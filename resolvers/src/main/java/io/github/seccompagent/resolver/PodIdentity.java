package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import java.util.Map;

/**
 * The names of a container of Kubernetes and of its pod. A name that is not known is empty.
 *
 * @param namespace the pod's namespace
 * @param pod the pod's name
 * @param container the container's name in the pod
 * @param uid the pod's uid
 */
public record PodIdentity(String namespace, String pod, String container, String uid) {
    /** Nothing is known. */
    public static final PodIdentity UNKNOWN = new PodIdentity("", "", "", "");

    /** CRI-O writes this one itself: the id that it has just drawn for the container. */
    private static final String CRIO_CONTAINER_ID = "io.kubernetes.cri-o.ContainerID";

    private static final String CONTAINERD_PREFIX = "io.kubernetes.cri.";

    /** Containerd always writes this one itself. */
    private static final String CONTAINERD_TYPE = CONTAINERD_PREFIX + "container-type";

    private static final Names CONTAINERD = new Names(
            CONTAINERD_PREFIX + "sandbox-namespace",
            CONTAINERD_PREFIX + "sandbox-name",
            CONTAINERD_PREFIX + "container-name",
            CONTAINERD_PREFIX + "sandbox-uid");

    /**
     * The labels that a kubelet gives its containers. CRI-O turns them into annotations. A user of podman can set them.
     */
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
     * Reads the identity from a container's annotations. It believes only annotations that the runtime writes itself,
     * because these overwrite what the author of the pod wrote:
     *
     * <ul>
     *   <li>CRI-O copies all annotations of the pod, including any that look like containerd's. Then it writes its own,
     *       and last the kubelet's labels. So the labels are true. Nothing else is believed.
     *   <li>containerd copies only the annotations that its configuration lists (pod_annotations, empty by default).
     *       Then it writes its own. So its own are true, and the labels are not.
     * </ul>
     *
     * <p>CRI-O's annotation with the container's id tells which runtime it is:
     *
     * <ul>
     *   <li>If it holds the container's id, the runtime is CRI-O. Under containerd with a wide list, a pod can have
     *       that annotation too. But its author cannot know the id, because the id is drawn later.
     *   <li>If it holds another id, somebody pretends. That is possible under containerd, and under CRI-O for the pod's
     *       sandbox, where the pod's annotations come last. Then nothing is believed.
     *   <li>If it is missing, the runtime is not CRI-O, because nobody can remove it there.
     * </ul>
     *
     * <p>Other runtimes write none of these, and do not copy the annotations of pods. Their annotations come from
     * whoever started the container.
     */
    public static PodIdentity of(ContainerProcessState.Container container) {
        Map<String, String> annotations = container.annotations();
        String crioId = annotations.get(CRIO_CONTAINER_ID);
        if (crioId != null) {
            return crioId.equals(container.id()) ? LABELS.in(annotations) : UNKNOWN;
        }
        // Containerd always writes at least the container's type.
        boolean containerd = annotations.keySet().stream().anyMatch(name -> name.startsWith(CONTAINERD_PREFIX));
        return containerd ? CONTAINERD.in(annotations) : LABELS.in(annotations);
    }

    /** Whether {@link #of} reads the annotation of that name. */
    public static boolean wantsAnnotation(String name) {
        return CONTAINERD.has(name)
                || LABELS.has(name)
                || name.equals(CRIO_CONTAINER_ID)
                || name.equals(CONTAINERD_TYPE);
    }

    /** Whether the pod's namespace and name are known. */
    public boolean isNamed() {
        return !namespace.isEmpty() && !pod.isEmpty();
    }

    /** Returns this identity. Names that are not known here are taken from {@code other}. */
    public PodIdentity or(PodIdentity other) {
        return new PodIdentity(
                or(namespace, other.namespace), or(pod, other.pod), or(container, other.container), or(uid, other.uid));
    }

    private static String or(String own, String other) {
        return own.isEmpty() ? other : own;
    }

    /** The names, a line each. */
    String toLines() {
        return String.join("\n", namespace, pod, container, uid);
    }

    /** What {@link #toLines} gave; unknown if it did not give that. */
    static PodIdentity ofLines(String lines) {
        String[] names = lines.split("\n", -1);
        return names.length == 4 ? new PodIdentity(names[0], names[1], names[2], names[3]) : UNKNOWN;
    }

    /** The names for a log: namespace/pod/container, or "unknown". */
    @Override
    public String toString() {
        return isNamed() ? namespace + "/" + pod + (container.isEmpty() ? "" : "/" + container) : "unknown";
    }
}
