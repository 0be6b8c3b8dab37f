package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The component that gives the DaemonSet a folder for recordings. */
class RecordComponentTest {
    private static DaemonSet patched() throws IOException {
        assertThat(Components.read("record").resources()).isNull();
        return StrictReader.read(Components.daemonSet("record"), DaemonSet.class);
    }

    @Test
    void theAgentWritesIntoAFolderOfTheNode() throws IOException {
        PodSpec pod = patched().getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().get(0);
        CommandOptions options = DaemonSetTest.optionsOf(container);

        assertThat(options.get("resolver", "")).as("of all other containers").isEqualTo("kubernetes");
        VolumeMount mount = container.getVolumeMounts().stream()
                .filter(each -> each.getMountPath().equals(options.get("record-dir", "")))
                .findFirst()
                .orElseThrow();
        assertThat(mount.getReadOnly()).isNull();
        assertThat(DaemonSetTest.hostPathOf(pod, mount)).isEqualTo("/var/lib/seccomp-agent/records");
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getName().equals(mount.getName()))
                .singleElement()
                .satisfies(volume -> assertThat(volume.getHostPath().getType()).isEqualTo("DirectoryOrCreate"));
    }

    /** The documents name the files by the same path, in the pod and on the node. */
    @Test
    void theDocumentsNameTheSameFolder() throws IOException {
        String path = DaemonSetTest.optionsOf(patched()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0))
                .get("record-dir", "");

        assertThat(Files.readString(Path.of("README.md"))).contains(path, "kubernetes/record");
        assertThat(Files.readString(Path.of("reference/record.md"))).contains(path + "/web.json", "kubernetes/record");
    }
}
