package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ContainerProcessState.Container;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Uses the annotations that runtimes really write, and those that the author of a pod can add. */
class PodIdentityTest {
    private static final String ID = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
    private static final PodIdentity CART = new PodIdentity("shop", "cart", "web", "u-1");

    private static final Map<String, String> BY_CONTAINERD = Map.of(
            "io.kubernetes.cri.container-type", "container",
            "io.kubernetes.cri.sandbox-id", "a1",
            "io.kubernetes.cri.sandbox-namespace", "shop",
            "io.kubernetes.cri.sandbox-name", "cart",
            "io.kubernetes.cri.sandbox-uid", "u-1",
            "io.kubernetes.cri.container-name", "web");
    private static final Map<String, String> LABELS = Map.of(
            "io.kubernetes.pod.namespace", "shop",
            "io.kubernetes.pod.name", "cart",
            "io.kubernetes.pod.uid", "u-1",
            "io.kubernetes.container.name", "web");
    private static final Map<String, String> BY_CRIO = with(
            LABELS,
            Map.of(
                    "io.container.manager", "cri-o",
                    "io.kubernetes.cri-o.ContainerType", "container",
                    "io.kubernetes.cri-o.ContainerID", ID,
                    "io.kubernetes.cri-o.SandboxID", "a1"));

    private static final Map<String, String> LIKE_CONTAINERD = Map.of(
            "io.kubernetes.cri.container-type", "container",
            "io.kubernetes.cri.sandbox-namespace", "kube-system",
            "io.kubernetes.cri.sandbox-name", "etcd",
            "io.kubernetes.cri.sandbox-uid", "u-0",
            "io.kubernetes.cri.container-name", "etcd");
    private static final Map<String, String> LIKE_LABELS = Map.of(
            "io.kubernetes.pod.namespace", "kube-system",
            "io.kubernetes.pod.name", "etcd",
            "io.kubernetes.pod.uid", "u-0",
            "io.kubernetes.container.name", "etcd",
            "io.kubernetes.cri-o.Namespace", "kube-system",
            "io.kubernetes.cri-o.KubeName", "etcd");

    /** The entries of both maps. {@code last} wins where both have a key. */
    private static Map<String, String> with(Map<String, String> first, Map<String, String> last) {
        Map<String, String> all = new HashMap<>(first);
        all.putAll(last);
        return all;
    }

    private static PodIdentity of(Map<String, String> annotations) {
        return PodIdentity.of(new Container(ID, "creating", 4711, "/bundle", annotations));
    }

    @Test
    void theAnnotationsOfRuntimes() {
        assertThat(of(BY_CONTAINERD)).isEqualTo(CART);
        assertThat(of(BY_CRIO)).isEqualTo(CART);
        assertThat(of(LABELS)).as("podman").isEqualTo(CART);
        assertThat(of(Map.of())).isEqualTo(PodIdentity.UNKNOWN);
    }

    @Test
    void underCrioAPodCannotPassForOneOfContainerd() {
        assertThat(of(with(LIKE_CONTAINERD, BY_CRIO))).isEqualTo(CART);
    }

    @Test
    void underCrioWhatNobodyWritesOverIsNotBelieved() {
        Map<String, String> withoutLabels = new HashMap<>(BY_CRIO);
        LABELS.keySet().forEach(withoutLabels::remove);
        Map<String, String> pretended = Map.of(
                "io.kubernetes.cri-o.Namespace", "kube-system",
                "io.kubernetes.cri-o.KubeName", "etcd",
                "io.kubernetes.cri-o.ContainerName", "etcd");

        assertThat(of(with(pretended, withoutLabels))).isEqualTo(PodIdentity.UNKNOWN);
    }

    @Test
    void underContainerdLabelsAreNotBelieved() {
        assertThat(of(with(LIKE_LABELS, BY_CONTAINERD))).isEqualTo(CART);
    }

    @Test
    void runtimesAreNeverMixed() {
        Map<String, String> partly = new HashMap<>(BY_CONTAINERD);
        partly.remove("io.kubernetes.cri.sandbox-uid");
        partly.remove("io.kubernetes.cri.container-name"); // the sandbox's own container has no name

        assertThat(of(with(LIKE_LABELS, partly))).isEqualTo(new PodIdentity("shop", "cart", "", ""));
        assertThat(of(with(LIKE_LABELS, Map.of("io.kubernetes.cri.container-type", "container"))))
                .as("an old containerd")
                .isEqualTo(PodIdentity.UNKNOWN);
    }

    /** Containerd's list of annotations lets everything through here. */
    @Test
    void underContainerdAPodCannotPassForOneOfCrio() {
        Map<String, String> pretended = with(LIKE_LABELS, Map.of("io.kubernetes.cri-o.ContainerID", "0".repeat(64)));

        assertThat(of(with(pretended, BY_CONTAINERD))).isEqualTo(PodIdentity.UNKNOWN);
    }

    /** For a sandbox's own container, CRI-O writes the pod's annotations last, except for the labels. */
    @Test
    void underCrioASandboxCannotPassForAPodOfContainerd() {
        Map<String, String> pretended =
                with(LIKE_CONTAINERD, Map.of("io.kubernetes.cri-o.ContainerID", "", "io.container.manager", "libpod"));

        assertThat(of(with(BY_CRIO, pretended))).isEqualTo(PodIdentity.UNKNOWN);
    }
}
