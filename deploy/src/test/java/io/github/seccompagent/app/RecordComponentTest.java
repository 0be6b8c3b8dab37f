package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.github.seccompagent.app.ManifestModels.Kustomization;
import io.github.seccompagent.app.ManifestModels.Patch;
import io.github.seccompagent.app.Manifests.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The component that gives the DaemonSet a folder for recordings. */
class RecordComponentTest {
    @TempDir
    private Path folder;

    /** The DaemonSet with the patches of the component, as kustomize makes it. All of them add to the end of a list. */
    private DaemonSet patched() throws IOException {
        JsonNode daemonSet = Manifests.all()
                .filter(manifest -> manifest.model() == DaemonSet.class)
                .map(Manifest::document)
                .findFirst()
                .orElseThrow();
        Path file = Manifests.FOLDER.resolve("record/kustomization.yaml");
        Kustomization component = StrictReader.read(StrictReader.documents(file).get(0), Kustomization.class);
        assertThat(component.kind()).isEqualTo("Component");
        assertThat(component.resources()).isNull();
        for (Patch patch : component.patches()) {
            assertThat(patch.target().kind()).isEqualTo("DaemonSet");
            assertThat(patch.target().name())
                    .isEqualTo(daemonSet.at("/metadata/name").asText());
            apply(StrictReader.documents(Files.writeString(folder.resolve("patch.yaml"), patch.patch())), daemonSet);
        }
        return StrictReader.read(daemonSet, DaemonSet.class);
    }

    private static void apply(List<JsonNode> operations, JsonNode to) {
        for (JsonNode operation : operations) {
            String path = operation.path("path").asText();
            assertThat(operation.path("op").asText()).isEqualTo("add");
            assertThat(path).endsWith("/-");
            ArrayNode list = (ArrayNode) to.at(path.substring(0, path.length() - 2));
            list.add(operation.path("value"));
        }
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
