package io.github.seccompagent.app.nri;

import io.github.seccompagent.app.nri.wire.PodSandbox;
import io.github.seccompagent.resolver.policy.GrantNames;
import java.util.Set;

/** What pods ask for, by their annotations. */
final class Asked {
    /** For all containers of a pod. With a dot and the name of a container it is for that one, in place of this. */
    static final String ANNOTATION = "seccomp-agent.io/grants";

    private static final String SOMETHING = "-";

    private Asked() {}

    /**
     * The names of grants that a container's pod asks for.
     *
     * @throws RefusedException if an annotation is no list of names
     */
    static Set<String> names(PodSandbox pod, String container) throws RefusedException {
        try {
            return GrantNames.parse(list(pod, container));
        } catch (IllegalArgumentException e) {
            throw new RefusedException("its annotation " + ANNOTATION + " is not understood: " + e.getMessage());
        }
    }

    /** Whether a container's pod asks for anything, even in words that nobody understands. */
    static boolean isAsking(PodSandbox pod, String container) {
        return !list(pod, container).isBlank();
    }

    /**
     * The pod with its names, and whether it asks for something. All of its annotations can be 256 KiB, and a node has
     * many pods.
     */
    static PodSandbox only(PodSandbox pod) {
        PodSandbox.Builder small = PodSandbox.newBuilder()
                .setId(pod.getId())
                .setName(pod.getName())
                .setNamespace(pod.getNamespace());
        pod.getAnnotationsMap().forEach((name, list) -> {
            if (name.startsWith(ANNOTATION)) {
                small.putAnnotations(name, list.isBlank() ? "" : SOMETHING);
            }
        });
        return small.build();
    }

    private static String list(PodSandbox pod, String container) {
        String ofPod = pod.getAnnotationsOrDefault(ANNOTATION, "");
        return pod.getAnnotationsOrDefault(ANNOTATION + "." + container, ofPod);
    }
}
