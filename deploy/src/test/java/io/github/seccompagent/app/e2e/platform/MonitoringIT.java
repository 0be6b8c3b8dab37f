package io.github.seccompagent.app.e2e.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What deploy/kubernetes/monitoring has, with a real Prometheus. */
class MonitoringIT {
    private static final Path FOLDER = Path.of("kubernetes/monitoring");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    private Path folder;

    /** The part of the resource that Prometheus itself reads. */
    private Path rules() throws IOException {
        JsonNode resource = YAML.readTree(FOLDER.resolve("prometheusrule.yaml").toFile());
        Path rules = folder.resolve("rules.yaml");
        YAML.writeValue(rules.toFile(), Map.of("groups", resource.at("/spec/groups")));
        return rules;
    }

    /** Otherwise the cases would have to repeat them. */
    private static void removeTexts(Path rules) throws IOException {
        JsonNode all = YAML.readTree(rules.toFile());
        all.findParents("annotations").forEach(rule -> ((ObjectNode) rule).remove("annotations"));
        YAML.writeValue(rules.toFile(), all);
    }

    @Test
    void eachAlertComesForItsCauseAlone() throws IOException {
        Path rules = rules();
        Command.run("promtool", "check", "rules", rules.toString()).orFail();
        removeTexts(rules);
        Path test = Files.copy(Path.of("src/test/resources/monitoring/rules-test.yaml"), folder.resolve("test.yaml"));
        JsonNode cases = YAML.readTree(test.toFile());

        assertThat(cases.findValuesAsText("alertname"))
                .containsExactlyInAnyOrderElementsOf(
                        YAML.readTree(rules.toFile()).findValuesAsText("alert"));
        Command.run("promtool", "test", "rules", test.toString()).orFail();
    }

    @Test
    void everyPanelShowsSomething() throws Exception {
        try (AgentProcess agent = AgentProcess.start("kubernetes", "--metrics-bind-address=127.0.0.1:0");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .metadata("MIDDLEWARE=prometheus\nMKDIR_TMPL=-x")
                                .annotations(Map.of("io.kubernetes.pod.namespace", "shop")))) {
            container.shell("mkdir /a").orFail();
            container.shell("mkdir /a").status();
            URI prometheus = URI.create("http://127.0.0.1:" + freePort());
            Process server = start(prometheus, Scrape.address(agent));
            try {
                for (String expression : expressions()) {
                    Await.until(expression).until(() -> hasResult(prometheus, expression));
                }
            } finally {
                server.destroyForcibly();
                server.waitFor();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private Process start(URI listening, URI agent) throws IOException {
        Path configuration = Files.writeString(folder.resolve("prometheus.yaml"), """
                global: {scrape_interval: 500ms}
                scrape_configs:
                  - job_name: seccomp-agent/seccomp-agent
                    static_configs: [{targets: ["%s"], labels: {node: here}}]
                """.formatted(agent.getAuthority()));
        return new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + listening.getAuthority(),
                        "--log.level=error")
                .inheritIO()
                .start();
    }

    /** What the dashboard asks for, with the values that Grafana would set. */
    private static Iterable<String> expressions() throws IOException {
        JsonNode dashboard =
                JSON.readTree(FOLDER.resolve("dashboards/seccomp-agent.json").toFile());
        return dashboard.findValuesAsText("expr").stream()
                .map(expression -> expression.replace("$__rate_interval", "30s").replace("$node", ".*"))
                .toList();
    }

    private static boolean hasResult(URI prometheus, String expression) throws InterruptedException {
        try {
            String query = "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
            JsonNode answer =
                    JSON.readTree(Scrape.get(prometheus.resolve(query)).body());
            assertThat(answer.path("errorType").asText()).as(expression).isEmpty();
            return !answer.at("/data/result").isEmpty();
        } catch (IOException | UncheckedIOException notYet) {
            return false;
        }
    }
}
