package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.FalcoPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The agent of the DaemonSet in a pod of its image: it has what the manifest gives it, and serves the pods beside it. */
class AgentPodIT {
    @AutoClose
    private static final Containerd CONTAINERD = containerd();

    @AutoClose
    private static final AgentPod AGENT = AgentPod.start(CONTAINERD);

    private static Containerd containerd() {
        Containerd containerd = Containerd.start();
        containerd.importImage(AgentImage.archive());
        return containerd;
    }

    private static CriPod pod(String name, List<String> calls, String... metadata) throws JsonProcessingException {
        Map<String, Object> profile = Map.of(
                "defaultAction", "SCMP_ACT_ALLOW",
                "listenerPath", AGENT.socket().toString(),
                "listenerMetadata", String.join("\n", metadata),
                "architectures", List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"),
                "syscalls", List.of(Map.of("action", "SCMP_ACT_NOTIFY", "names", calls)));
        Path file = CONTAINERD.file(name + ".json", new ObjectMapper().writeValueAsString(profile));
        return CriPod.start(CONTAINERD, name, "web", file);
    }

    private static CriPod pod(String name, String action) throws JsonProcessingException {
        return pod(name, List.of("mkdir", "mkdirat"), "DEFAULT_ACTION=" + action);
    }

    @Test
    void callsAreMadeOnBehalfOfAnotherPod() throws Exception {
        try (CriPod pod = pod(
                "shop",
                List.of("mkdir", "mount"),
                "MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}-{{.Container}}",
                "MOUNT_PROC=true")) {
            pod.shell("mkdir /abc; mount -t proc proc /root").orFail();

            assertThat(pod.shell("ls -d /abc*").orFail()).isEqualTo("/abc-default-shop-web");
            assertThat(pod.shell("cat /root/1/comm").orFail()).isEqualTo("sleep");
            assertThat(AGENT.get("/metrics").body())
                    .contains("seccompagent_errors_total{reason=\"missing_capabilities\"} 0.0\n");
        }
    }

    @Test
    void killContainerKillsTheRightOne() throws Exception {
        try (CriPod other = pod("other", "kill-container");
                CriPod pod = pod("deadly", "kill-container")) {
            pod.shell("mkdir /abc");
            Await.until("the end of " + pod).until(() -> !pod.isRunning());
            assertThat(other.shell("echo awake").orFail()).isEqualTo("awake");
        }
    }

    @Test
    void freezeContainerFreezesTheRightOne() throws Exception {
        try (CriPod other = pod("other", "freeze-container");
                CriPod pod = pod("cold", "freeze-container")) {
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

    /** The image's Java has all that it takes. */
    @Test
    void publishesToThePluginOfFalco() throws Exception {
        Path folder = Files.createDirectory(AGENT.manifest().run().resolve("seccomp-agent-falco-plugin"));
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
        assertThat(AGENT.get(AGENT.manifest().livenessProbe()).statusCode()).isEqualTo(200);
        assertThat(AGENT.get(AGENT.manifest().readinessProbe()).statusCode()).isEqualTo(200);
    }

    /** A kubelet mounts the service account below /var/run, which is not the /run that is a folder of the node. */
    @Test
    void theNodeGetsTheSocketAndNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(AGENT.manifest().run())) {
            assertThat(files).containsExactly(AGENT.socket());
        }
        assertThat(AGENT.root().resolve("var/run/secrets/kubernetes.io/serviceaccount/token"))
                .hasContent(AgentPod.TOKEN);
    }

    @Test
    void endsWithinItsGrace() {
        try (AgentPod agent = AgentPod.start(CONTAINERD)) {
            long begin = System.nanoTime();
            agent.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(agent.manifest().graceSeconds()));
            assertThat(agent.exitCode()).isEqualTo(128 + 15);
        }
    }
}
