package io.github.seccompagent.app.e2e.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Alone;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The resolver "kubernetes" gets the annotations that a kubelet's runtime writes. */
@Alone
class KubernetesIT {
    private static final String[] CALLS = {"openat", "open", "mkdir", "mount", "chmod", "execve", "execveat"};
    private static final Map<String, String> CONTAINERD = Map.of(
            "io.kubernetes.cri.sandbox-namespace", "default",
            "io.kubernetes.cri.sandbox-name", "mynotifypod",
            "io.kubernetes.cri.container-name", "container1");
    private static final Map<String, String> CRI_O = Map.of(
            "io.kubernetes.pod.namespace", "shop",
            "io.kubernetes.pod.name", "cart",
            "io.kubernetes.container.name", "web");
    private static final String NAMES = "MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}-{{.Container}}";

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("kubernetes");

    private static OciBundle pod(Map<String, String> annotations, String... metadata) {
        return OciBundle.notifying(AGENT.socket())
                .notified(CALLS)
                .annotations(annotations)
                .metadata(String.join("\n", metadata));
    }

    private static Duration timeOf(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @ParameterizedTest
    @EnumSource
    void theProfileOfTheGoAgent(OciRuntime runtime) throws InterruptedException {
        try (OciContainer container = OciContainer.start(
                runtime, pod(CONTAINERD, NAMES, "EXEC_PATTERN=/bin/true", "EXEC_DURATION=2s", "MOUNT_PROC=true"))) {
            container.shell("mkdir /abc; mount -t proc proc /root").orFail();
            assertThat(container.hasFolder("/abc-default-mynotifypod-container1"))
                    .isTrue();
            assertThat(container.shell("cat /root/1/comm").orFail()).isEqualTo("sleep");

            Process slow = container.begin("/bin/true");
            Duration quick = timeOf(() -> container.exec("/bin/echo", "x").orFail());
            assertThat(slow.isAlive()).isTrue();
            assertThat(OciContainer.awaitEnd(slow)).isZero();
            assertThat(quick).isLessThan(Duration.ofSeconds(2));
            assertThat(timeOf(() -> container.shell("/bin/true").orFail())).isGreaterThan(Duration.ofSeconds(2));
        }
    }

    /** The runtime's own process executes the program, and runc sends itself signals all the time. */
    @ParameterizedTest
    @EnumSource
    void aSignalDoesNotMakeADelayBeginAnew(OciRuntime runtime) {
        try (OciContainer container =
                OciContainer.start(runtime, pod(CONTAINERD, "EXEC_PATTERN=/bin/true", "EXEC_DURATION=1s"))) {
            Duration time = timeOf(() -> container.exec("/bin/true").orFail());
            assertThat(time).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoPodsSideBySide(OciRuntime runtime) {
        try (OciContainer one = OciContainer.start(runtime, pod(CONTAINERD, NAMES));
                OciContainer two = OciContainer.start(runtime, pod(CRI_O, NAMES));
                OciContainer unknown = OciContainer.start(runtime, pod(Map.of(), NAMES))) {
            one.shell("mkdir /x").orFail();
            two.shell("mkdir /x").orFail();
            unknown.shell("mkdir /x").orFail();
            assertThat(one.hasFolder("/x-default-mynotifypod-container1")).isTrue();
            AGENT.awaitLog("serving process", one.id(), "of pod default/mynotifypod/container1");
            assertThat(two.hasFolder("/x-shop-cart-web")).isTrue();
            assertThat(unknown.hasFolder("/x---")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aValueThatIsNotUnderstoodFailsClosed(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(
                runtime,
                pod(CONTAINERD, "MOUNT_PROC=maybe", "SPARE=1").notified("mkdir", "mkdirat", "chmod", "fchmodat"))) {
            assertThat(container.shell("mkdir /abc").err()).contains("Operation not permitted");
            assertThat(container.shell("chmod 700 /bin").err()).contains("Operation not permitted");
            AGENT.awaitLog("default/mynotifypod/container1", "MOUNT_PROC", "maybe", container.id());
            AGENT.awaitLog("default/mynotifypod/container1", "unknown keys", "SPARE", container.id());
            assertThat(AGENT.log()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    /** crun reports a program that it executes later in the container as the first process. */
    @ParameterizedTest
    @EnumSource
    void killContainer(OciRuntime runtime) {
        OciBundle deadly = pod(CONTAINERD, "DEFAULT_ACTION=kill-container").notified("mkdir", "mkdirat");
        try (OciContainer other = OciContainer.start(runtime, deadly);
                OciContainer container = OciContainer.start(runtime, deadly)) {
            container.shell("mkdir /x");
            Await.until("the end of " + container).until(() -> !container.isRunning());
            assertThat(container.hasFolder("/x")).isFalse();
            assertThat(other.isRunning()).isTrue();
            AGENT.awaitLog("mkdir", container.id() + " of pod default/mynotifypod/container1 is killed");
        }
    }

    @Test
    void freezeContainer() throws IOException, InterruptedException {
        OciBundle freezing = pod(CONTAINERD, "DEFAULT_ACTION=freeze-container").notified("mkdir", "mkdirat");
        try (OciContainer other = OciContainer.start(OciRuntime.RUNC, freezing);
                OciContainer container = OciContainer.start(OciRuntime.RUNC, freezing)) {
            Process exec = container.begin("mkdir /x; echo $?");
            Await.until("the frozen " + container)
                    .until(() -> container.status().equals("paused"));
            assertThat(exec.isAlive()).isTrue();
            assertThat(other.status()).isEqualTo("running");

            container.resume();
            assertThat(OciContainer.awaitEnd(exec)).isZero();
            assertThat(new String(exec.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Operation not permitted", "1\n");
        }
    }

    /** The container of this crun is where the test is. */
    @Test
    void theRootIsNeverFrozen() {
        try (OciContainer container = OciContainer.start(
                OciRuntime.CRUN,
                pod(CONTAINERD, "DEFAULT_ACTION=freeze-container").notified("mkdir", "mkdirat"))) {
            assertThat(container.shell("mkdir /x").err()).contains("Operation not permitted");
            AGENT.awaitLog("mkdir", container.id(), "cannot be frozen", "no cgroup to itself");
            assertThat(container.shell("echo awake").orFail()).isEqualTo("awake");
        }
    }

    @ParameterizedTest
    @EnumSource
    void otherCallsFailAsTheDefaultActionSays(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(
                runtime, pod(CONTAINERD, NAMES, "DEFAULT_ACTION=errno:EXDEV").notified("mkdir", "mkdirat", "chmod"))) {
            assertThat(container.shell("chmod 700 /bin").err()).contains("Invalid cross-device link");
            container.shell("mkdir /x").orFail();
            assertThat(container.hasFolder("/x-default-mynotifypod-container1")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void othersWaitForSidecars(OciRuntime runtime) throws IOException {
        String[] metadata = {"SIDECARS=proxy, web", "SIDECARS_DELAY=3s"};
        OciBundle sidecar = pod(CRI_O, metadata).command("sh", "-c", "touch /started; sleep 1000");
        try (OciContainer container = OciContainer.start(runtime, sidecar)) {
            Await.until("the start of a sidecar")
                    .until(() -> Files.exists(container.rootfs().resolve("started")));
            assertThat(ageOf(container)).isLessThan(Duration.ofSeconds(3));
        }
        OciBundle waiting = pod(CONTAINERD, metadata).command("sh", "-c", "touch /started; sleep 1000");
        try (OciContainer container = OciContainer.start(runtime, waiting)) {
            Path started = container.rootfs().resolve("started");
            assertThat(started).doesNotExist();
            Await.until("the start of a container that waits").until(() -> Files.exists(started));
            assertThat(ageOf(container)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
            assertThat(timeOf(() -> container.exec("/bin/echo", "x").orFail())).isLessThan(Duration.ofSeconds(3));
        }
    }

    private static Duration ageOf(OciContainer container) throws IOException {
        String[] uptime = Files.readString(Path.of("/proc/uptime")).split("[ .]");
        String stat = Files.readString(Path.of("/proc/" + container.pid() + "/stat"));
        long ticks = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        return Duration.ofSeconds(Long.parseLong(uptime[0]))
                .plusMillis(Long.parseLong(uptime[1]) * 10)
                .minusMillis(ticks * 10);
    }
}
