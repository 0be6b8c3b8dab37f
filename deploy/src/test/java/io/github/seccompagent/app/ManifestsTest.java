package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.github.seccompagent.app.ManifestModels.Kustomization;
import io.github.seccompagent.app.Manifests.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every manifest is valid, and together they are one installation. */
class ManifestsTest {
    /** The objects whose names a user chooses. */
    private static final Set<String> MAPS =
            Set.of("labels", "matchLabels", "annotations", "nodeSelector", "limits", "requests", "configMapGenerator");

    private static Stream<Path> files() {
        return Manifests.files();
    }

    private static Stream<Manifest> manifests() {
        return Manifests.all();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsAManifestOrAProfile(Path file) {
        assertThat(file.toString()).matches(".*/profiles/[a-z-]+\\.json|.*\\.yaml");
        assertThat(Manifests.documents(file)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void everyManifestFitsItsModel(Manifest manifest) {
        assertThatCode(() -> StrictReader.read(manifest.document(), manifest.model()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void anUnknownFieldFailsWhereverItIs(Manifest manifest) {
        assertUnknownFieldFails(manifest, manifest.document());
    }

    private static void assertUnknownFieldFails(Manifest manifest, JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.put("surprise", "x");
            assertThatThrownBy(() -> StrictReader.read(manifest.document(), manifest.model()))
                    .as("%s", object)
                    .isInstanceOf(JsonProcessingException.class)
                    .hasMessageContaining("surprise");
            object.remove("surprise");
        }
        node.properties().stream()
                .filter(field -> !MAPS.contains(field.getKey()))
                .forEach(field -> assertUnknownFieldFails(manifest, field.getValue()));
        if (node.isArray()) {
            node.forEach(element -> assertUnknownFieldFails(manifest, element));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: v1, kind: Pod, kind: Pod}",
                "{apiVersion: v1, kind: Pod, metadata: {name: 1}}",
                "{apiVersion: v1, kind: Pod, spec: {hostPID: 'true'}}",
                "{apiVersion: v1, kind: Pods}",
                "{apiVersion: v2, kind: Pod}",
                "{defaultAction: SCMP_ACT_NOTICE}"
            })
    void otherMistakesFailToo(String text, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.yaml"), text);

        assertThatThrownBy(() -> {
                    for (JsonNode document : StrictReader.documents(file)) {
                        StrictReader.read(document, ManifestModels.of(document));
                    }
                })
                .isInstanceOfAny(IOException.class, RuntimeException.class);
    }

    /** A new cluster has no operators, so the base contains nothing that needs one. */
    @Test
    void theKustomizationNamesAllThatAnyClusterTakes() throws IOException {
        assertThat(kustomization("kustomization.yaml").resources())
                .containsExactlyInAnyOrderElementsOf(filesBeside(Manifests.FOLDER));
        assertThat(Manifests.all()
                        .filter(manifest -> manifest.file().getParent().equals(Manifests.FOLDER))
                        .map(manifest -> manifest.document().path("apiVersion").asText()))
                .allMatch(version -> version.equals("v1") || version.matches("apps/v1|.*\\.k8s\\.io/.*"));
    }

    @Test
    void whatNeedsAnOperatorIsToBeAskedFor() throws IOException {
        Kustomization component = kustomization("monitoring/kustomization.yaml");
        assertThat(component.kind()).isEqualTo("Component");
        assertThat(component.resources())
                .containsExactlyInAnyOrderElementsOf(filesBeside(Manifests.FOLDER.resolve("monitoring")));
    }

    private static Kustomization kustomization(String name) throws IOException {
        JsonNode document =
                StrictReader.documents(Manifests.FOLDER.resolve(name)).get(0);
        return StrictReader.read(document, Kustomization.class);
    }

    private static List<String> filesBeside(Path folder) {
        return files().filter(file -> file.getParent().equals(folder))
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.equals("kustomization.yaml"))
                .toList();
    }

    @Test
    void theAgentMayReadPodsAndNothingElse() {
        List<PolicyRule> rules = Manifests.onlyInBase(ClusterRole.class).getRules();
        assertThat(rules).hasSize(1);
        assertThat(rules.get(0).getApiGroups()).containsExactly("");
        assertThat(rules.get(0).getResources()).containsExactly("pods");
        assertThat(rules.get(0).getVerbs()).containsExactly("get", "list");

        ClusterRoleBinding binding = Manifests.onlyInBase(ClusterRoleBinding.class);
        ServiceAccount account = Manifests.only(ServiceAccount.class);
        assertThat(binding.getRoleRef().getName())
                .isEqualTo(Manifests.onlyInBase(ClusterRole.class).getMetadata().getName());
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getName()).isEqualTo(account.getMetadata().getName());
            assertThat(subject.getNamespace()).isEqualTo(account.getMetadata().getNamespace());
        });
        assertThat(Manifests.only(DaemonSet.class)
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getServiceAccountName())
                .isEqualTo(account.getMetadata().getName());
    }

    @Test
    void everythingIsInTheNamespaceThatAllowsIt() {
        Namespace namespace = Manifests.only(Namespace.class);
        assertThat(namespace.getMetadata().getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "privileged");
        assertThat(Manifests.all()
                        .map(manifest -> manifest.document().at("/metadata/namespace"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::asText))
                .containsOnly(namespace.getMetadata().getName());
    }

    @Test
    void metricsAreReachedAtThePortThatTheAgentHas() {
        DaemonSet daemonSet = Manifests.only(DaemonSet.class);
        Map<String, String> labels =
                daemonSet.getSpec().getTemplate().getMetadata().getLabels();
        NetworkPolicy policy = Manifests.only(NetworkPolicy.class);
        PodMonitor monitor = Manifests.only(PodMonitor.class);

        assertThat(daemonSet.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(monitor.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(policy.getSpec().getIngress())
                .flatMap(ingress -> ingress.getPorts())
                .extracting(NetworkPolicyPort::getPort)
                .containsExactly(new IntOrString("metrics"));
        assertThat(monitor.getSpec().getPodMetricsEndpoints())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.getPort()).isEqualTo("metrics"));
    }
}
