package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.github.seccompagent.app.e2e.fixture.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Helm makes of the chart, with the values that a user gives. */
class HelmChartTest {
    private static final Path CHART = Path.of("helm/seccomp-agent");
    private static final String POLICY = "version: 1\ngrants:\n  fuse: {mounts: [fuse]}\n";

    /** Values as YAML. Helm takes JSON for that too. */
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("default", "{}"),
            Map.entry("elsewhere", """
                    {startupTaint: {enabled: true}, openshift: {enabled: true}, monitoring: {rules: true}}"""),
            Map.entry("policy", "{policy: 'version: 1\n\n  x: {}'}"),
            Map.entry("nri", "policy: |\n  version: 1\n  grants:\n    fuse: {mounts: [fuse]}\nnri: {enabled: true}"),
            Map.entry("taint", "startupTaint: {enabled: true, key: example.com/wait}"),
            Map.entry("openshift", "openshift: {enabled: true}"),
            Map.entry("admission", "admission: {enabled: true, namespaces: [build, ci]}"),
            Map.entry("nowhere", "admission: {enabled: true}"),
            Map.entry("monitoring", "monitoring: {podMonitor: true, rules: true, dashboard: true}"),
            Map.entry("other", """
                    image: {repository: registry.example.com/agent, tag: v1, pullPolicy: Always}
                    imagePullSecrets: [{name: pull}]
                    resolver: metadata
                    socket: /run/other.socket
                    logLevel: debug
                    extraArgs: [--handler-timeout=10s]
                    priorityClassName: mine
                    nodeSelector: {pool: builds}
                    tolerations: []
                    resources: {limits: {memory: 1Gi}}
                    podAnnotations: {team: x}
                    networkPolicy: {enabled: false}
                    """),
            Map.entry("bad-nri", "nri: {enabled: true}"),
            Map.entry("bad-resolver", "{policy: x, resolver: metadata}"),
            Map.entry("bad-field", "niri: {enabled: true}"),
            Map.entry("bad-field-inside", "nri: {enable: true}"),
            Map.entry("bad-type", "nri: {enabled: 'yes'}"),
            Map.entry("bad-policy", "policy: {version: 1}"),
            Map.entry("bad-socket", "socket: /var/run/seccomp-agent.socket"),
            Map.entry("bad-nri-socket", "nri: {socket: /tmp/nri.sock}"),
            Map.entry("bad-level", "logLevel: verbose"),
            Map.entry("bad-taint", "startupTaint: {key: 'a=b'}"),
            Map.entry("bad-argument", "extraArgs: [handler-timeout=10s]"));

    @TempDir
    private static Path folder;

    @BeforeAll
    static void render() throws IOException {
        for (Map.Entry<String, String> each : VALUES.entrySet()) {
            Files.writeString(folder.resolve(each.getKey() + ".values"), each.getValue());
        }
        Command.run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HelmRenderer.class.getName(),
                        CHART.toString(),
                        folder.toString())
                .orFail();
    }

    /** The objects, without what Helm says about itself. */
    private static List<JsonNode> rendered(String name) throws IOException {
        List<JsonNode> documents = StrictReader.documents(folder.resolve(name + ".yaml")).stream()
                .filter(JsonNode::isObject)
                .toList();
        for (JsonNode document : documents) {
            StrictReader.read(document, ManifestModels.of(document));
            if (document.at("/metadata/labels") instanceof ObjectNode labels) {
                labels.remove(List.of("app.kubernetes.io/managed-by", "helm.sh/chart"));
                if (labels.isEmpty()) {
                    ((ObjectNode) document.path("metadata")).remove("labels");
                }
            }
        }
        return documents;
    }

    private static List<String> kinds(String name) throws IOException {
        return rendered(name).stream().map(HelmChartTest::kindAndName).toList();
    }

    private static String kindAndName(JsonNode document) {
        return document.path("kind").asText() + " "
                + document.at("/metadata/name").asText();
    }

    /** What is rendered besides what there is by default. */
    private static List<String> added(String name) throws IOException {
        List<String> kinds = new ArrayList<>(kinds(name));
        assertThat(kinds).containsAll(kinds("default"));
        kinds.removeAll(kinds("default"));
        return kinds;
    }

    private static JsonNode one(String name, String kindAndName) throws IOException {
        return rendered(name).stream()
                .filter(document -> kindAndName(document).equals(kindAndName))
                .findFirst()
                .orElseThrow();
    }

    private static PodSpec pod(String name) throws IOException {
        return StrictReader.read(one(name, "DaemonSet seccomp-agent"), DaemonSet.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static List<String> arguments(String name) throws IOException {
        return pod(name).getContainers().get(0).getArgs();
    }

    private static List<JsonNode> manifests(String... files) {
        return Stream.of(files)
                .map(Manifests.FOLDER::resolve)
                .flatMap(HelmChartTest::documents)
                .toList();
    }

    private static Stream<JsonNode> documents(Path file) {
        try {
            return StrictReader.documents(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Helm makes the namespace, or takes one that is there. */
    @Test
    void byDefaultItIsTheManifests() throws IOException {
        List<JsonNode> base = Manifests.all()
                .filter(manifest -> manifest.file().getParent().equals(Manifests.FOLDER))
                .filter(manifest ->
                        manifest.model() != Namespace.class && manifest.model() != ManifestModels.Kustomization.class)
                .map(Manifests.Manifest::document)
                .toList();
        assertThat(base).hasSizeGreaterThan(4);
        assertThat(rendered("default")).containsExactlyInAnyOrderElementsOf(base);
    }

    @Test
    void theChartIsForThisVersion() throws IOException {
        JsonNode chart = StrictReader.documents(CHART.resolve("Chart.yaml")).get(0);
        assertThat(pod("default").getContainers().get(0).getImage())
                .endsWith(":" + chart.path("appVersion").asText());
    }

    @Test
    void theLinterIsContent() throws IOException {
        assertThat(Files.readAllLines(folder.resolve("lint")))
                .allMatch(line -> line.equals("[INFO] Chart.yaml: icon is recommended"));
    }

    @Test
    void nriIsTheComponent() throws IOException {
        assertThat(added("nri")).containsExactly("ConfigMap seccomp-agent-policy");
        assertThat(one("nri", "DaemonSet seccomp-agent")).isEqualTo(Components.daemonSet("nri"));
        assertThat(one("nri", "ConfigMap seccomp-agent-policy")
                        .at("/data/policy.yaml")
                        .asText())
                .isEqualTo(POLICY);
    }

    @Test
    void aPolicyNeedsNoNri() throws IOException {
        assertThat(added("policy")).containsExactly("ConfigMap seccomp-agent-policy");
        assertThat(arguments("policy"))
                .contains("--policy=/etc/seccomp-agent/policy.yaml")
                .noneMatch(argument -> argument.startsWith("--nri"));
    }

    @Test
    void aTaintIsTakenOff() throws IOException {
        assertThat(added("taint"))
                .containsExactlyInAnyOrder(
                        "ClusterRole seccomp-agent-taint",
                        "ClusterRoleBinding seccomp-agent-taint",
                        "ValidatingAdmissionPolicy seccomp-agent-taint",
                        "ValidatingAdmissionPolicyBinding seccomp-agent-taint");
        assertThat(arguments("taint")).endsWith("--remove-taint=example.com/wait");
        assertThat(one("taint", "ValidatingAdmissionPolicy seccomp-agent-taint").toString())
                .contains("example.com/wait")
                .doesNotContain("not-ready");
    }

    @Test
    void openShiftAndMonitoringAreTheComponents() throws IOException {
        assertThat(rendered("openshift")).containsAll(manifests("openshift/securitycontextconstraints.yaml"));
        assertThat(rendered("monitoring"))
                .containsAll(manifests("monitoring/podmonitor.yaml", "monitoring/prometheusrule.yaml"));
        JsonNode dashboard =
                one("monitoring", "ConfigMap seccomp-agent-dashboard").at("/data/seccomp-agent.json");
        assertThat(dashboard.asText().strip())
                .isEqualTo(Files.readString(Manifests.FOLDER.resolve("monitoring/dashboards/seccomp-agent.json"))
                        .strip());
    }

    @Test
    void admissionIsRestrictedToNamespaces() throws IOException {
        assertThat(rendered("admission")).containsAll(manifests("admission/grants.yaml"));
        JsonNode binding = one("admission", "ValidatingAdmissionPolicyBinding seccomp-agent-grants");
        JsonNode expression = binding.at("/spec/matchResources/namespaceSelector/matchExpressions/0");
        assertThat(expression.path("operator").asText()).isEqualTo("NotIn");
        assertThat(expression.path("values")).extracting(JsonNode::asText).containsExactly("build", "ci");

        JsonNode nowhere = one("nowhere", "ValidatingAdmissionPolicyBinding seccomp-agent-grants");
        assertThat(nowhere.path("spec").has("matchResources")).isFalse();
    }

    @Test
    void allIsInTheNamespaceOfTheRelease() throws IOException {
        assertThat(rendered("elsewhere")).allSatisfy(document -> {
            JsonNode namespace = document.at("/metadata/namespace");
            assertThat(namespace.isMissingNode() || namespace.asText().equals("elsewhere"))
                    .as("%s", document)
                    .isTrue();
            assertThat(document.at("/subjects/0/namespace").asText("elsewhere")).isEqualTo("elsewhere");
            assertThat(document.toString())
                    .doesNotContain("seccomp-agent:seccomp-agent", "seccomp-agent/seccomp-agent");
        });
        assertThat(rendered("elsewhere").toString())
                .contains("system:serviceaccount:elsewhere:seccomp-agent", "elsewhere/seccomp-agent");
    }

    @Test
    void otherValuesGoWhereTheyBelong() throws IOException {
        assertThat(kinds("other")).doesNotContain("NetworkPolicy seccomp-agent");
        PodSpec pod = pod("other");
        var agent = pod.getContainers().get(0);
        assertThat(agent.getImage()).isEqualTo("registry.example.com/agent:v1");
        assertThat(agent.getImagePullPolicy()).isEqualTo("Always");
        assertThat(agent.getArgs())
                .contains("--resolver=metadata", "--socketfile=/run/other.socket", "--log=debug")
                .endsWith("--handler-timeout=10s");
        assertThat(agent.getResources().getLimits()).containsOnlyKeys("memory");
        assertThat(pod.getImagePullSecrets()).hasSize(1);
        assertThat(pod.getPriorityClassName()).isEqualTo("mine");
        assertThat(pod.getNodeSelector()).containsEntry("pool", "builds");
        assertThat(pod.getTolerations()).isEmpty();
        assertThat(one("other", "DaemonSet seccomp-agent")
                        .at("/spec/template/metadata/annotations/team")
                        .asText())
                .isEqualTo("x");
    }

    @Test
    void theSchemaKnowsTheKeysThatTheAgentTakes() throws IOException {
        JsonNode schema =
                StrictReader.documents(CHART.resolve("values.schema.json")).get(0);
        assertThat(schema.at("/properties/startupTaint/properties/key/pattern").asText())
                .isEqualTo("^" + TaintOption.KEY + "$");
    }

    /** Each value has its row. */
    @Test
    void thePageListsTheValues() throws IOException {
        String page = Files.readString(CHART.resolve("README.md"));
        StrictReader.documents(CHART.resolve("values.yaml")).get(0).properties().forEach(value -> {
            if (value.getValue().isObject() && !value.getKey().matches("nodeSelector|resources|podAnnotations")) {
                value.getValue()
                        .fieldNames()
                        .forEachRemaining(field -> assertThat(page).contains("`" + value.getKey() + "." + field + "`"));
            } else {
                assertThat(page).contains("`" + value.getKey() + "`");
            }
        });
    }

    /** Whatever the values are, the agent takes its options. */
    @ParameterizedTest
    @ValueSource(strings = {"default", "policy", "nri", "taint", "other", "elsewhere"})
    void theAgentKnowsItsOptions(String name) throws IOException {
        DaemonSetTest.optionsOf(pod(name).getContainers().get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bad-nri=needs a policy",
                "bad-resolver=leave resolver as it is",
                "bad-field=niri",
                "bad-field-inside=enable",
                "bad-type=nri",
                "bad-policy=policy",
                "bad-socket=socket",
                "bad-nri-socket=socket",
                "bad-level=logLevel",
                "bad-taint=key",
                "bad-argument=extraArgs"
            })
    void valuesThatCannotBeAreRefused(String nameAndReason) {
        String[] parts = nameAndReason.split("=");
        assertThat(folder.resolve(parts[0] + ".yaml")).doesNotExist();
        assertThat(folder.resolve(parts[0] + ".error")).content().contains(parts[1]);
    }
}
