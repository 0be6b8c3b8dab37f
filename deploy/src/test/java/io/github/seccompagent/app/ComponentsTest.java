package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.Validation;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.openshift.api.model.SecurityContextConstraints;
import io.github.seccompagent.app.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The components for grants, and for what goes with them, fit the DaemonSet and the agent. */
class ComponentsTest {
    private static <T> T read(String file, Class<T> model) throws IOException {
        return StrictReader.read(
                StrictReader.documents(Manifests.FOLDER.resolve(file)).get(0), model);
    }

    private static PodSpec pod(String component) throws IOException {
        return StrictReader.read(Components.daemonSet(component), DaemonSet.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static String account() {
        ServiceAccount account = Manifests.only(ServiceAccount.class);
        return "system:serviceaccount:" + account.getMetadata().getNamespace() + ":"
                + account.getMetadata().getName();
    }

    @ParameterizedTest
    @ValueSource(strings = {"admission", "openshift", "startup-taint", "monitoring"})
    void everyFileOfAComponentIsNamed(String component) throws IOException {
        try (Stream<Path> files = Files.list(Manifests.FOLDER.resolve(component))) {
            assertThat(Components.read(component).resources())
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".yaml") && !name.equals("kustomization.yaml"))
                                    .toList());
        }
    }

    @Test
    void nriBringsThePolicyAndTheSocket() throws IOException {
        PodSpec pod = pod("nri");
        Container agent = pod.getContainers().get(0);
        CommandOptions options = DaemonSetTest.optionsOf(agent);
        assertThat(options.get("nri", "")).as("where runtimes have it").isEqualTo("/run/nri/nri.sock");
        Path policy = Path.of(options.get("policy", ""));
        assertThat(agent.getVolumeMounts())
                .filteredOn(mount -> policy.startsWith(mount.getMountPath()))
                .singleElement()
                .satisfies(mount -> {
                    assertThat(mount.getSubPath())
                            .as("with one, no change is seen")
                            .isNull();
                    assertThat(pod.getVolumes())
                            .filteredOn(volume -> volume.getName().equals(mount.getName()))
                            .extracting(volume -> volume.getConfigMap().getName())
                            .containsExactly("seccomp-agent-policy");
                });
    }

    /** Users copy both of these. */
    @Test
    void theExampleOfAPolicyAndThatOfItsConfigMapAreRight() throws IOException {
        assertThat(PolicyFile.usable(Manifests.POLICY).grants()).containsOnlyKeys("fuse", "proc");
        JsonNode generator = new YAMLMapper()
                .readTree(commentOf("nri/kustomization.yaml"))
                .path("configMapGenerator")
                .path(0);
        assertThat(generator.path("name").asText()).isEqualTo("seccomp-agent-policy");
        assertThat(generator.path("files").path(0).asText())
                .isEqualTo(Manifests.POLICY.getFileName().toString());
        assertThat(generator.path("namespace").asText())
                .isEqualTo(Manifests.only(DaemonSet.class).getMetadata().getNamespace());
    }

    /** The lines of a comment that begins with two spaces more than usual. */
    private static String commentOf(String file) throws IOException {
        return Files.readString(Manifests.FOLDER.resolve(file))
                .lines()
                .filter(line -> line.startsWith("#   "))
                .map(line -> line.substring(1))
                .reduce("", (all, line) -> all + line + "\n");
    }

    @Test
    void theAgentMayChangeNodesWithATaintOnly() throws IOException {
        ClusterRole role = read("startup-taint/role.yaml", ClusterRole.class);
        assertThat(role.getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getApiGroups()).containsExactly("");
            assertThat(rule.getResources()).containsExactly("nodes");
            assertThat(rule.getVerbs()).containsExactly("get", "patch");
        });
        ClusterRoleBinding binding = read("startup-taint/rolebinding.yaml", ClusterRoleBinding.class);
        assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
        assertThat(binding.getSubjects())
                .isEqualTo(Manifests.onlyInBase(ClusterRoleBinding.class).getSubjects());

        String key = DaemonSetTest.optionsOf(
                        pod("startup-taint").getContainers().get(0))
                .get("remove-taint", "");
        ValidatingAdmissionPolicy policy = read("startup-taint/nodes.yaml", ValidatingAdmissionPolicy.class);
        assertThat(policy.getSpec().getFailurePolicy()).isEqualTo("Fail");
        assertThat(policy.getSpec().getMatchConditions())
                .extracting(condition -> condition.getExpression())
                .containsExactly("request.userInfo.username == '" + account() + "'");
        assertThat(policy.getSpec().getValidations())
                .extracting(Validation::getExpression)
                .anyMatch(expression -> expression.contains("taint.key != '" + key + "'"))
                .anyMatch(expression -> expression.contains("node-name'].orValue([]) == [request.name]"));
        assertBinds("startup-taint/nodes-binding.yaml", policy);
        assertThat(commentOf("startup-taint/kustomization.yaml")).contains("--register-with-taints=" + key + "=");
    }

    @Test
    void admissionIsAboutTheAnnotationsThatTheAgentReads() throws IOException {
        ValidatingAdmissionPolicy policy = read("admission/grants.yaml", ValidatingAdmissionPolicy.class);
        String annotation = "seccomp-agent.io/grants";
        assertThat(Files.readString(Path.of("reference/nri.md")))
                .contains("`" + annotation + ": NAME[,NAME]`", "`" + annotation + ".CONTAINER: NAME[,NAME]`");
        assertThat(policy.getSpec().getValidations())
                .singleElement()
                .extracting(Validation::getExpression)
                .asString()
                .contains("name == '" + annotation + "'", "name.startsWith('" + annotation + ".')");
        assertThat(policy.getSpec().getMatchConstraints().getResourceRules())
                .singleElement()
                .satisfies(rule -> {
                    assertThat(rule.getResources()).containsExactly("pods");
                    assertThat(rule.getOperations()).containsExactly("CREATE", "UPDATE");
                });
        assertBinds("admission/grants-binding.yaml", policy);
    }

    private static void assertBinds(String file, ValidatingAdmissionPolicy policy) throws IOException {
        ValidatingAdmissionPolicyBinding binding = read(file, ValidatingAdmissionPolicyBinding.class);
        assertThat(binding.getSpec().getPolicyName())
                .isEqualTo(policy.getMetadata().getName());
        assertThat(binding.getSpec().getValidationActions()).containsExactly("Deny");
    }

    /** OpenShift gives a pod nothing that the constraints leave out, and the agent needs all that it asks for. */
    @Test
    void openShiftAllowsWhatTheDaemonSetAsksFor() throws IOException {
        SecurityContextConstraints allowed =
                read("openshift/securitycontextconstraints.yaml", SecurityContextConstraints.class);
        PodSpec pod = Manifests.only(DaemonSet.class).getSpec().getTemplate().getSpec();
        var asked = pod.getContainers().get(0).getSecurityContext();

        assertThat(allowed.getUsers()).containsExactly(account());
        assertThat(allowed.getGroups()).isEmpty();
        assertThat(allowed.getAllowedCapabilities())
                .containsExactlyInAnyOrderElementsOf(asked.getCapabilities().getAdd());
        assertThat(allowed.getRequiredDropCapabilities())
                .isEqualTo(asked.getCapabilities().getDrop());
        assertThat(allowed.getAllowHostPID()).isEqualTo(pod.getHostPID());
        assertThat(allowed.getReadOnlyRootFilesystem()).isEqualTo(asked.getReadOnlyRootFilesystem());
        assertThat(List.of(
                        allowed.getAllowHostIPC(),
                        allowed.getAllowHostNetwork(),
                        allowed.getAllowHostPorts(),
                        allowed.getAllowPrivilegedContainer()))
                .containsOnly(false);
        assertThat(allowed.getSeccompProfiles())
                .containsExactly(asked.getSeccompProfile().getType().toLowerCase(Locale.ROOT));
        assertThat(allowed.getRunAsUser().getType()).isEqualTo("RunAsAny"); // it is root
        assertThat(allowed.getSeLinuxContext().getType()).isEqualTo("RunAsAny"); // it asks for a type
        List<Volume> volumes = Stream.concat(pod.getVolumes().stream(), pod("nri").getVolumes().stream())
                .toList();
        assertThat(volumes)
                .allMatch(volume -> volume.getHostPath() != null
                                && allowed.getVolumes().contains("hostPath")
                        || volume.getConfigMap() != null && allowed.getVolumes().contains("configMap"));
        assertThat(allowed.getVolumes()).as("the token").contains("projected");
    }
}
