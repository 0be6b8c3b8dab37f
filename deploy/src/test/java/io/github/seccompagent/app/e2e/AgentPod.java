package io.github.seccompagent.app.e2e;

import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A pod of the DaemonSet, with a /run of its own. Closing it removes both. */
final class AgentPod implements AutoCloseable {
    static final String TOKEN = "token of the account";

    private static final Pattern METRICS = Pattern.compile("metrics on port ([0-9]+)$");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TempFolder run = TempFolder.create();
    private final TempFolder account = TempFolder.create();
    private final CriDaemonSet manifest = CriDaemonSet.read(run.path(), account.path());
    private final CriPod pod;
    private URI address = URI.create("http://127.0.0.1");

    private AgentPod(Containerd containerd) {
        try {
            Files.writeString(account.resolve("token"), TOKEN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pod = CriPod.start(containerd, "seccomp-agent", manifest.namespaces(), manifest.config());
    }

    /** Starts one, and waits until the kubelet's probe says that it is ready. The image has to be there. */
    static AgentPod start(Containerd containerd) {
        AgentPod agent = new AgentPod(containerd);
        try {
            agent.address = agent.awaitAddress();
            Await.until("the readiness of " + agent)
                    .until(() -> agent.get(agent.manifest.readinessProbe()).statusCode() == 200);
            return agent;
        } catch (RuntimeException | AssertionError e) {
            e.addSuppressed(new AssertionError(String.join("\n", agent.pod.log())));
            agent.close();
            throw e;
        }
    }

    private URI awaitAddress() {
        return Await.until("the metrics of " + this)
                .until(
                        () -> pod.log().stream()
                                .map(METRICS::matcher)
                                .filter(Matcher::find)
                                .map(line -> URI.create("http://127.0.0.1:" + line.group(1)))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    CriDaemonSet manifest() {
        return manifest;
    }

    /** Where the node has it. */
    Path socket() {
        return run.resolve("seccomp-agent.socket");
    }

    /** Its root, as it sees it. */
    Path root() throws IOException {
        return Path.of("/proc", Long.toString(process().pid()), "root");
    }

    /** Those that wait for calls to make on behalf. */
    List<ProcessHandle> workers() throws IOException {
        return process().children().flatMap(ProcessHandle::children).toList();
    }

    /** Java, which all others in its cgroup descend from. */
    private ProcessHandle process() throws IOException {
        Path processes = pod.freezer().folder().resolve("cgroup.procs");
        List<ProcessHandle> all = Files.readAllLines(processes).stream()
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .toList();
        return all.stream()
                .filter(each -> each.parent().filter(all::contains).isEmpty())
                .findFirst()
                .orElseThrow();
    }

    /** Asks as a kubelet does. */
    HttpResponse<String> get(Probe probe) throws IOException, InterruptedException {
        return get(probe.getHttpGet().getPath(), Duration.ofSeconds(probe.getTimeoutSeconds()));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(path, PATIENCE);
    }

    private HttpResponse<String> get(String path, Duration timeout) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address.resolve(path))
                                .timeout(timeout)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** Ends it as a kubelet does. */
    void stop() {
        pod.stop(manifest.graceSeconds());
    }

    int exitCode() {
        return pod.exitCode();
    }

    @Override
    public void close() {
        pod.close();
        account.close();
        run.close();
    }

    @Override
    public String toString() {
        return "agent in " + pod;
    }
}
