package io.github.seccompagent.app.e2e.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.FalcoPlugin;
import io.github.seccompagent.app.e2e.fixture.AgentImage;
import io.github.seccompagent.app.e2e.fixture.AgentPod;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.Containerd;
import io.github.seccompagent.app.e2e.fixture.CriPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The agent of the DaemonSet runs in a pod of its image. It has what the manifest gives it, and serves the pods beside
 * it.
 */
class AgentPodIT {
    private static final long USER = 1000;

    @AutoClose
    private static final Containerd CONTAINERD = Containerd.start();

    @AutoClose
    private static AgentPod daemon;

    @BeforeAll
    static void start() {
        CONTAINERD.importImage(AgentImage.archive());
        daemon = AgentPod.start(CONTAINERD);
    }

    private static Path profile(AgentPod agent, String name, List<String> calls, String... metadata) {
        return CONTAINERD.profile(name, agent.socket(), calls, metadata);
    }

    private static CriPod pod(AgentPod agent, String name, List<String> calls, String... metadata) {
        return CriPod.start(CONTAINERD, name, "web", profile(agent, name, calls, metadata));
    }

    private static CriPod pod(String name, List<String> calls, String... metadata) {
        return pod(daemon, name, calls, metadata);
    }

    /** A pod of a user other than the agent's. */
    private static CriPod usersPod(String name, String... metadata) {
        return CriPod.startAs(
                USER, CONTAINERD, name, "web", profile(daemon, name, List.of("mkdir", "mkdirat"), metadata));
    }

    /** The counted errors include a capability that a caller has and the agent lacks. */
    @AfterAll
    static void nothingWentWrong() throws IOException, InterruptedException {
        assertThat(daemon.get("/metrics").body().lines().filter(line -> line.startsWith("seccompagent_errors_total{")))
                .contains("seccompagent_errors_total{reason=\"missing_capabilities\"} 0.0")
                .allMatch(line -> line.endsWith(" 0.0"));
    }

    @Test
    void callsAreMadeOnBehalfOfAnotherPod() throws Exception {
        try (CriPod pod = pod(
                "shop",
                List.of("mkdir", "mount", "mknod"),
                "MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}-{{.Container}}",
                "MOUNT_PROC=true",
                "MKNOD_DEVICES=zero")) {
            pod.shell("mkdir /abc; mount -t proc proc /root; mknod /zero c 1 5").orFail();

            assertThat(pod.shell("ls -d /abc*").orFail()).isEqualTo("/abc-default-shop-web");
            assertThat(pod.shell("stat -c %t:%T /zero").orFail()).isEqualTo("1:5");
            assertThat(pod.shell("cat /root/1/comm").orFail()).isEqualTo("sleep");
            assertThat(pod.shell("stat -c %t:%T /root/keys").orFail()).isEqualTo("1:3");
            assertThat(pod.shell("echo x >/root/sys/kernel/core_pattern").err()).contains("Read-only file system");
        }
    }

    @Test
    void callsAreMadeAsTheirCaller() throws Exception {
        try (CriPod pod = usersPod("users", "MKDIR_TMPL=-{{.Pod}}")) {
            pod.shell("mkdir /dev/shm/abc").orFail();

            assertThat(pod.shell("stat -c '%n %u' /dev/shm/abc*").orFail()).isEqualTo("/dev/shm/abc-users " + USER);
            assertThat(pod.shell("mkdir /bin/abc").err()).contains("Permission denied");
        }
    }

    @Test
    void killContainerKillsTheRightOne() throws Exception {
        try (CriPod other = usersPod("other", "DEFAULT_ACTION=kill-container");
                CriPod pod = usersPod("deadly", "DEFAULT_ACTION=kill-container")) {
            pod.shell("mkdir /abc");
            Await.until("the end of " + pod).until(() -> !pod.isRunning());
            assertThat(other.shell("echo awake").orFail()).isEqualTo("awake");
        }
    }

    @Test
    void freezeContainerFreezesTheRightOne() throws Exception {
        try (CriPod other = usersPod("other", "DEFAULT_ACTION=freeze-container");
                CriPod pod = usersPod("cold", "DEFAULT_ACTION=freeze-container")) {
            try {
                CompletableFuture<Command.Result> made = CompletableFuture.supplyAsync(() -> pod.shell("mkdir /abc"));
                Await.until("the frozen " + pod).until(() -> pod.freezer().isFrozen());
                assertThat(other.shell("echo awake").orFail()).isEqualTo("awake");
                assertThat(made).isNotDone();

                pod.freezer().thaw();
                assertThat(made.get(20, TimeUnit.SECONDS).err()).contains("Operation not permitted");
            } finally {
                pod.freezer().thaw();
            }
        }
    }

    /** The image's Java has all modules that the agent uses. */
    @Test
    void publishesToThePluginOfFalco() throws Exception {
        Path folder = Files.createDirectory(daemon.manifest().run().resolve("seccomp-agent-falco-plugin"));
        try (FalcoPlugin plugin = FalcoPlugin.start(folder.resolve("seccomp-agent-falco-plugin.sock"));
                CriPod pod = pod("watched", List.of("mkdir"), "MIDDLEWARE=falco")) {
            pod.shell("mkdir /abc").orFail();

            Await.until("the event").until(() -> plugin.events().size() == 1);
            assertThat(plugin.events().get(0).getK8S().getPod()).isEqualTo("watched");
        } finally {
            Command.run("rm", "-r", folder.toString()).orFail();
        }
    }

    @Test
    void tellsTheKubeletHowItIs() throws Exception {
        assertThat(daemon.get(daemon.manifest().readinessProbe()).statusCode()).isEqualTo(200);
    }

    /**
     * A kubelet mounts the service account below /var/run. In the image, that is not /run, which is a folder of the
     * node.
     */
    @Test
    void theNodeGetsTheSocketsAndNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(daemon.manifest().run())) {
            assertThat(files)
                    .containsExactlyInAnyOrder(
                            daemon.socket(),
                            Path.of(daemon.socket() + ".keeper"),
                            Path.of(daemon.socket() + ".control"));
        }
        assertThat(daemon.root().resolve("var/run/secrets/kubernetes.io/serviceaccount/token"))
                .hasContent(AgentPod.TOKEN);
    }

    /** Its first process makes calls all the time, so that it sees if nobody serves its listener any more. */
    @Test
    void anotherPodTakesOver() throws Exception {
        AgentPod first = AgentPod.start(CONTAINERD);
        try (first;
                CriPod pod = CriPod.start(
                        CONTAINERD,
                        "calling",
                        "web",
                        profile(first, "calling", List.of("mkdir"), "MKDIR_TMPL=-x"),
                        "sh",
                        "-c",
                        "i=0; until [ -e /stop ]; do i=$((i+1)); mkdir /d$i && echo made; done; sleep 1000")) {
            Await.until("calls").until(() -> pod.log().size() > 10);
            try (AgentPod second = AgentPod.startBeside(first, CONTAINERD)) {
                long begin = System.nanoTime();
                first.stop();
                assertThat(first.exitCode()).isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
                int before = pod.log().size();
                Await.until("more calls").until(() -> pod.log().size() > before + 10);
                pod.shell("touch /stop").orFail();
                Await.until("the last call")
                        .until(() -> pod.shell("ls -d /d*-x | wc -l")
                                .orFail()
                                .trim()
                                .equals(Integer.toString(pod.log().size())));
                assertThat(pod.log()).allMatch(line -> line.endsWith(" stdout F made"));
                assertThat(second.get("/metrics").body()).contains("seccompagent_active_listeners");
            }
        }
    }

    /**
     * Before its end the agent goes on for 20 s. Then a delayed call is let go at once, and does not fail. For a call
     * whose worker hangs the agent waits some seconds, and answers it before the agent itself is killed.
     */
    @Test
    void endsWithinItsGrace() throws Exception {
        try (AgentPod agent = AgentPod.start(CONTAINERD);
                CriPod late = pod(agent, "late", List.of("execve"), "EXEC_PATTERN=/bin/true", "EXEC_DURATION=1h");
                CriPod hanging = pod(agent, "hanging", List.of("mkdir"), "MKDIR_TMPL=-x")) {
            Timed delayed = Timed.begin(() -> late.shell("/bin/true"));
            awaitMetric(agent, "seccompagent_calls_delayed 1.0");
            for (ProcessHandle worker : agent.workers()) {
                Command.run("kill", "-STOP", Long.toString(worker.pid())).orFail();
            }
            Timed hung = Timed.begin(() -> hanging.shell("mkdir /abc"));
            awaitMetric(agent, "seccompagent_calls_in_flight 2.0");

            long begin = System.nanoTime();
            agent.stop();
            assertThat(delayed.secondsAfter(begin)).isBetween(19L, 23L);
            delayed.result().orFail();
            assertThat(hung.secondsAfter(begin)).isBetween(23L, 29L);
            assertThat(hung.result().err()).contains("Interrupted system call");
            assertThat(agent.exitCode()).isEqualTo(128 + 15);
        }
    }

    /** A command, and when it has ended. */
    private record Timed(CompletableFuture<Map.Entry<Command.Result, Long>> end) {
        static Timed begin(Supplier<Command.Result> command) {
            return new Timed(CompletableFuture.supplyAsync(() -> Map.entry(command.get(), System.nanoTime())));
        }

        Command.Result result() throws Exception {
            return end.get(20, TimeUnit.SECONDS).getKey();
        }

        long secondsAfter(long begin) throws Exception {
            return Duration.ofNanos(end.get(20, TimeUnit.SECONDS).getValue() - begin)
                    .toSeconds();
        }
    }

    private static void awaitMetric(AgentPod agent, String line) {
        Await.until(line).until(() -> agent.get("/metrics").body().lines().anyMatch(line::equals));
    }
}
