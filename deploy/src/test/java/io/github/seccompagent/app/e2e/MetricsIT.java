package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What Prometheus and a kubelet see of an agent. */
class MetricsIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("kubernetes", "--metrics-bind-address=127.0.0.1:0");

    private final URI address = address(agent);

    /** Where an agent with metrics on any port has them. */
    static URI address(AgentProcess agent) {
        agent.awaitLog("metrics on port ");
        return agent.log().stream()
                .filter(line -> line.startsWith("metrics on port "))
                .map(line -> URI.create("http://127.0.0.1:" + line.substring("metrics on port ".length())))
                .findFirst()
                .orElseThrow();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(address.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private Map<String, Double> metrics() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    }

    @Test
    void countsAndTimesWhatItDoes() throws Exception {
        OciBundle good = OciBundle.notifying(agent.socket())
                .metadata("MIDDLEWARE=prometheus\nMKDIR_TMPL=-{{.Namespace}}")
                .annotations(Map.of("io.kubernetes.pod.namespace", "shop", "io.kubernetes.pod.name", "cart"));
        OciBundle bad = OciBundle.notifying(agent.socket()).metadata("MIDDLEWARE=unknown");
        try (OciContainer served = OciContainer.start(OciRuntime.RUNC, good);
                OciContainer refused = OciContainer.start(OciRuntime.RUNC, bad)) {
            served.shell("mkdir /a; mkdir /a").status();

            Map<String, Double> metrics = metrics();
            assertThat(metrics)
                    .containsEntry("seccompagent_containers{state=\"served\"}", 1.0)
                    .containsEntry("seccompagent_containers{state=\"refused\"}", 1.0)
                    .containsEntry("seccompagent_containers{state=\"resolving\"}", 0.0)
                    .containsEntry("seccompagent_active_listeners", 2.0)
                    .containsEntry("seccompagent_calls_in_flight", 0.0)
                    .containsEntry("seccompagent_errors_total{reason=\"resolver_errors\"}", 1.0)
                    .containsEntry("seccompagent_stale_notifications_total", 0.0)
                    .containsEntry(count("0"), 1.0)
                    .containsEntry(count("17"), 1.0)
                    .containsKeys("process_open_fds", "jvm_threads_current", "process_resident_memory_bytes");
            String first =
                    "seccompagent_request_duration_seconds_bucket{namespace=\"shop\",status=\"0\",syscall=\"mkdir\",le=";
            assertThat(metrics).containsKey(first + "\"1.0E-5\"}");
            refused.shell("mkdir /a");
        }
        Await.until("the end of the listeners").until(() -> metrics().get("seccompagent_active_listeners") == 0);
        assertThat(metrics()).containsEntry("seccompagent_containers{state=\"served\"}", 0.0);
    }

    private static String count(String status) {
        return "seccompagent_request_duration_seconds_count{namespace=\"shop\",status=\"%s\",syscall=\"mkdir\"}"
                .formatted(status);
    }

    @Test
    void isReadyAsLongAsItAnswers() throws Exception {
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        assertThat(get("/readyz").body()).isEqualTo("ok\n");
        double before = metrics().get("seccompagent_notifications_total");
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(metrics()).containsEntry("seccompagent_notifications_total", before + 1);

        Files.delete(agent.socket());
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains(agent.socket().toString(), "ENOENT");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void otherPathsAreNotThere() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/healthz/x").statusCode()).isEqualTo(404);
    }
}
