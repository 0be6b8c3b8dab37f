package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.github.seccompagent.app.ManifestModels.Kustomization;
import io.github.seccompagent.app.ManifestModels.Patch;
import io.github.seccompagent.app.Manifests.Manifest;
import java.io.IOException;

/** The components of kustomize in deploy/kubernetes. */
final class Components {
    private Components() {}

    static Kustomization read(String component) throws IOException {
        JsonNode document = StrictReader.documents(Manifests.FOLDER.resolve(component + "/kustomization.yaml"))
                .get(0);
        Kustomization kustomization = StrictReader.read(document, Kustomization.class);
        assertThat(kustomization.kind()).isEqualTo("Component");
        return kustomization;
    }

    /** The DaemonSet with the patches of a component, as kustomize makes it. All of them add to the end of a list. */
    static JsonNode daemonSet(String component) throws IOException {
        JsonNode daemonSet = Manifests.all()
                .filter(manifest -> manifest.model() == DaemonSet.class)
                .map(Manifest::document)
                .findFirst()
                .orElseThrow();
        for (Patch patch : read(component).patches()) {
            assertThat(patch.target().kind()).isEqualTo("DaemonSet");
            assertThat(patch.target().name())
                    .isEqualTo(daemonSet.at("/metadata/name").asText());
            apply(new YAMLMapper().readTree(patch.patch()), daemonSet);
        }
        StrictReader.read(daemonSet, DaemonSet.class);
        return daemonSet;
    }

    private static void apply(JsonNode operations, JsonNode to) {
        for (JsonNode operation : operations) {
            String path = operation.path("path").asText();
            assertThat(operation.path("op").asText()).isEqualTo("add");
            assertThat(path).endsWith("/-");
            ((ArrayNode) to.at(path.substring(0, path.length() - 2))).add(operation.path("value"));
        }
    }
}
