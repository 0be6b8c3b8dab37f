package io.github.seccompagent.app.e2e.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.Containerd;
import io.github.seccompagent.app.e2e.fixture.CriPod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Pods of a real node's runtime, started as a kubelet starts them. The profile is a file of the node. */
class ContainerdIT {
    private static final String NAMES = "MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}-{{.Container}}";

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("kubernetes");

    @AutoClose
    private static final Containerd CONTAINERD = Containerd.start();

    private static final List<String> CALLS = List.of("openat", "open", "mkdir", "mount", "chmod", "execve");

    private static Path profile(List<String> calls, String... metadata) {
        return CONTAINERD.profile("profile", AGENT.socket(), calls, metadata);
    }

    @Test
    void theProfileOfTheGoAgent() throws Exception {
        Path profile = profile(CALLS, NAMES, "EXEC_PATTERN=/bin/true", "EXEC_DURATION=2s", "MOUNT_PROC=true");
        try (CriPod pod = CriPod.start(CONTAINERD, "mynotifypod", "container1", profile)) {
            pod.shell("mkdir /abc; mount -t proc proc /root").orFail();
            assertThat(pod.shell("ls -d /abc*").orFail()).isEqualTo("/abc-default-mynotifypod-container1");
            assertThat(pod.shell("cat /root/1/comm").orFail()).isEqualTo("sleep");

            long begin = System.nanoTime();
            CompletableFuture<Command.Result> slow = CompletableFuture.supplyAsync(() -> pod.exec("/bin/true"));
            pod.exec("/bin/echo", "x").orFail();
            assertThat(slow).isNotDone();
            slow.get(20, TimeUnit.SECONDS).orFail();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(2));
        }
    }

    /** The profile applies to the first process too, not only to programs that are executed later. */
    @Test
    void theFirstProcessIsServed() throws Exception {
        try (CriPod pod = CriPod.start(
                CONTAINERD,
                "first",
                "web",
                profile(CALLS, NAMES),
                "sh",
                "-c",
                "mkdir /abc; chmod 700 /abc*; sleep 1000000")) {
            Await.until("the folder").until(() -> pod.shell("ls -d /abc*").status() == 0);
            assertThat(pod.shell("ls -d /abc*").orFail()).isEqualTo("/abc-default-first-web");
        }
    }

    @Test
    void twoPodsSideBySide() throws Exception {
        try (CriPod one = CriPod.start(CONTAINERD, "one", "web", profile(CALLS, NAMES));
                CriPod two = CriPod.start(
                        CONTAINERD, "two", "web", profile(CALLS, "MKDIR_TMPL=-{{.Pod}}", "MOUNT_PROC=true"))) {
            one.shell("mkdir /abc").orFail();
            two.shell("mkdir /abc; mount -t proc proc /root").orFail();
            assertThat(one.shell("ls -d /abc*").orFail()).isEqualTo("/abc-default-one-web");
            assertThat(two.shell("ls -d /abc*").orFail()).isEqualTo("/abc-two");
            assertThat(one.shell("mount -t proc proc /root").err()).contains("permission denied");
        }
    }

    @Test
    void killContainerKillsTheRightOne() throws Exception {
        Path profile = profile(List.of("mkdir", "mkdirat"), "DEFAULT_ACTION=kill-container");
        try (CriPod other = CriPod.start(CONTAINERD, "other", "web", profile);
                CriPod pod = CriPod.start(CONTAINERD, "deadly", "web", profile)) {
            pod.shell("mkdir /abc");
            Await.until("the end of " + pod).until(() -> !pod.isRunning());
            assertThat(other.isRunning()).isTrue();
        }
    }
}
