package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the tests would go without is an error. */
class CriDaemonSetTest {
    private static final CriDaemonSet MANIFEST = CriDaemonSet.read(Path.of("/folder"), Path.of("/account"));

    private static void assertUnknown(PodSpec pod, String field) {
        assertThatThrownBy(() -> new CriDaemonSet(pod, MANIFEST.run(), MANIFEST.account()).config())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field);
    }

    private static void assertUnknownOfContainer(UnaryOperator<ContainerBuilder> change, String field) {
        ContainerBuilder container =
                new ContainerBuilder(MANIFEST.pod().getContainers().get(0));
        assertUnknown(
                new PodSpecBuilder(MANIFEST.pod())
                        .withContainers(change.apply(container).build())
                        .build(),
                field);
    }

    @Test
    void theHostsFolderIsReplaced() {
        assertThat(MANIFEST.config().getMountsList())
                .extracting(mount -> mount.getHostPath() + " " + mount.getContainerPath())
                .containsExactly(
                        "/folder /run",
                        "/sys/fs/cgroup /sys/fs/cgroup",
                        "/account /var/run/secrets/kubernetes.io/serviceaccount");
    }

    @Test
    void anUnknownFieldOfThePod() {
        assertUnknown(new PodSpecBuilder(MANIFEST.pod()).withHostNetwork(true).build(), "hostNetwork");
    }

    @Test
    void anUnknownFieldOfTheSecurityContext() {
        assertUnknownOfContainer(
                container ->
                        container.editSecurityContext().withPrivileged(true).endSecurityContext(),
                "privileged");
    }

    @Test
    void anUnknownProfile() {
        assertUnknownOfContainer(
                container -> container
                        .editSecurityContext()
                        .editSeccompProfile()
                        .withType("RuntimeDefault")
                        .endSeccompProfile()
                        .endSecurityContext(),
                "RuntimeDefault");
    }

    @Test
    void anUnknownKindOfVolume() {
        assertUnknown(
                new PodSpecBuilder(MANIFEST.pod())
                        .editFirstVolume()
                        .withHostPath(null)
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .endVolume()
                        .build(),
                "emptyDir");
    }

    @Test
    void anUnknownFieldOfAMount() {
        assertUnknownOfContainer(
                container -> container
                        .editFirstVolumeMount()
                        .withMountPropagation("Bidirectional")
                        .endVolumeMount(),
                "mountPropagation");
    }

    @Test
    void anUnknownFieldOfTheResources() {
        assertUnknownOfContainer(
                container -> container.editResources().addNewClaim().endClaim().endResources(), "claims");
    }

    @Test
    void anUnknownFieldOfAProbe() {
        Container container = new ContainerBuilder(
                        MANIFEST.pod().getContainers().get(0))
                .editReadinessProbe()
                .editHttpGet()
                .withScheme("HTTPS")
                .endHttpGet()
                .endReadinessProbe()
                .build();
        PodSpec pod =
                new PodSpecBuilder(MANIFEST.pod()).withContainers(container).build();
        assertThatThrownBy(() -> new CriDaemonSet(pod, MANIFEST.run(), MANIFEST.account()).readinessProbe())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scheme");
    }
}
