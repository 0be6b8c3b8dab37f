package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Alone;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Cgroup;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What Prometheus and a kubelet see of an agent. */
@Alone
class MetricsIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("kubernetes", "--metrics-bind-address=127.0.0.1:0");

    private final URI address = Scrape.address(agent);

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return Scrape.get(address.resolve(path));
    }

    private Map<String, Double> metrics() throws IOException, InterruptedException {
        return Scrape.metrics(agent);
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
            String first = "seccompagent_request_duration_seconds_bucket"
                    + "{namespace=\"shop\",status=\"0\",syscall=\"mkdir\",le=";
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

    /** The agent has more calls than it handles at a time. */
    @Test
    void delayedCallsKeepNobodyElseWaiting() throws Exception {
        OciBundle delayed = OciBundle.notifying(agent.socket())
                .notified("execve")
                .metadata("EXEC_PATTERN=/bin/true\nEXEC_DURATION=1h")
                .command("sh", "-c", "for i in $(seq 15); do /bin/true & done; wait");
        List<OciContainer> containers = new ArrayList<>();
        try (OciContainer other = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            for (int i = 0; i < 5; i++) {
                containers.add(OciContainer.start(OciRuntime.RUNC, delayed));
            }
            Await.until("75 calls that wait").until(() -> metrics().get("seccompagent_calls_delayed") == 75);

            other.shell("mkdir /a").orFail();
            assertThat(metrics()).containsEntry("seccompagent_calls_delayed", 75.0);
        } finally {
            containers.forEach(OciContainer::close);
        }
        Await.until("their end").until(() -> metrics().get("seccompagent_calls_delayed") == 0);
    }

    /**
     * A pod or a unit can have a limit of threads. Then the thread that would wait is the one that serves all others.
     */
    @Test
    void whereItCanHaveNoMoreThreadsADelayIsLeftOut() throws Exception {
        // Nobody writes to the second fifo. A child's end interrupts the shell there, and it must not end.
        String program = "mkfifo /end /go && read line < /go; for i in 1 2 3 4 5 6; do /bin/true & done;"
                + " /bin/cat /dev/null; echo $? > /status; until read line < /end; do :; done";
        try (Cgroup cgroup = Cgroup.create(Cgroup.Hierarchy.of("pids"), "few-threads");
                AgentProcess poor = AgentProcess.start("kubernetes", "--metrics-bind-address=127.0.0.1:0");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(poor.socket())
                                .notified("execve")
                                .metadata("EXEC_PATTERN=/bin/true\nEXEC_DURATION=1h")
                                .command("sh", "-c", program))) {
            Path go = container.rootfs().resolve("go");
            Path status = container.rootfs().resolve("status");
            Await.until("the fifo").until(() -> Files.exists(go));
            Await.until("fewer threads than programs").until(() -> poor.threads("loop-") < 6);
            cgroup.write("pids.max", "1");
            cgroup.add(poor.pid()); // from now on it can have no more threads

            Files.writeString(go, "go\n");
            Await.until("the program's end").until(() -> Files.exists(status) && Files.size(status) > 0);
            // The shell does not wait for those in the background, which must call before there can be threads again.
            Await.until("all six").until(() -> childrenOf(container.pid()).noneMatch(MetricsIT::isStillToCall));
            long threads = poor.threads("loop-"); // now, because a new thread has no name at first

            cgroup.write("pids.max", "max");
            assertThat(status).as(String.join("\n", poor.log())).content().isEqualTo("0\n");
            poor.awaitLog("execve", container.id(), "is not delayed");
            Map<String, Double> metrics = Scrape.metrics(poor);
            assertThat(metrics.get("seccompagent_delays_left_out_total") + metrics.get("seccompagent_calls_delayed"))
                    .as(String.join("\n", poor.log()))
                    .isEqualTo(6);
            assertThat(metrics.get("seccompagent_delays_left_out_total")).isBetween(6.0 - threads + 1, 6.0);
            assertThat(metrics.get("seccompagent_calls_delayed")).isLessThan((double) threads);
            assertThat(metrics).containsEntry("seccompagent_errors_total{reason=\"handler_errors\"}", 0.0);
        }
    }

    private static Stream<ProcessHandle> childrenOf(int process) {
        return ProcessHandle.of(process).orElseThrow().children();
    }

    /** Whether it has not begun to execute its program. */
    private static boolean isStillToCall(ProcessHandle child) {
        try {
            String status = Files.readString(Path.of("/proc/" + child.pid() + "/status"));
            return status.contains("Name:\tsh\n") && !status.contains("State:\tS");
        } catch (IOException ended) {
            return false;
        }
    }

    @Test
    void isReadyAsLongAsItAnswers() throws Exception {
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        assertThat(get("/readyz").body()).isEqualTo("ok\n");
        double before = metrics().get("seccompagent_notifications_total");
        Await.until("another trial")
                .until(() -> get("/readyz").statusCode() == 200
                        && metrics().get("seccompagent_notifications_total") == before + 1);
        assertThat(metrics())
                .containsEntry("seccompagent_listeners_total", 0.0)
                .containsEntry("seccompagent_active_listeners", 0.0)
                .containsEntry("seccompagent_containers{state=\"served\"}", 0.0);

        Files.delete(agent.socket());
        Await.until("the end of what the last trial showed")
                .until(() -> get("/readyz").statusCode() == 503);
        assertThat(get("/readyz").body()).contains(agent.socket().toString(), "ENOENT");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void manyWhoAskAnAgentThatDoesNotAnswerKeepNobodyElseAway() throws Exception {
        Files.delete(agent.socket());
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(agent.socket()));
            List<CompletableFuture<HttpResponse<String>>> asked = Stream.generate(() -> CLIENT.sendAsync(
                            HttpRequest.newBuilder(address.resolve("/readyz")).build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .limit(30)
                    .toList();
            Await.until("a trial").until(() -> trials() == 1);

            Instant begin = Instant.now();
            assertThat(get("/healthz").body()).isEqualTo("ok\n");
            assertThat(metrics()).containsEntry("seccompagent_active_listeners", 0.0);
            assertThat(trials()).isEqualTo(1);
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(3));

            for (CompletableFuture<HttpResponse<String>> each : asked) {
                assertThat(each.get().statusCode()).isEqualTo(503);
                assertThat(each.get().body().lines()).hasSize(1);
            }
            assertThat(asked.stream().map(each -> each.join().body()))
                    .anyMatch(text -> text.contains("no answer of the agent at " + agent.socket()));
            assertThat(trials()).isZero();
        }
    }

    /** How many processes of the agent are in a trial now. */
    private long trials() {
        return ProcessHandle.of(agent.pid())
                .orElseThrow()
                .children()
                .filter(child -> commandLine(child).equals("seccomp-helper\0probe\0"))
                .count();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void otherPathsAreNotThere() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/healthz/x").statusCode()).isEqualTo(404);
    }
}
