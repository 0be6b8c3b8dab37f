package io.github.seccompagent.app.nri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.seccompagent.app.make.ProfileMaker;
import io.github.seccompagent.app.make.RuntimeDefault;
import io.github.seccompagent.app.make.Understood;
import io.github.seccompagent.app.nri.wire.ConfigureRequest;
import io.github.seccompagent.app.nri.wire.Container;
import io.github.seccompagent.app.nri.wire.ContainerAdjustment;
import io.github.seccompagent.app.nri.wire.ContainerEvent;
import io.github.seccompagent.app.nri.wire.CreateContainerRequest;
import io.github.seccompagent.app.nri.wire.CreateContainerResponse;
import io.github.seccompagent.app.nri.wire.LinuxContainer;
import io.github.seccompagent.app.nri.wire.LinuxDevice;
import io.github.seccompagent.app.nri.wire.LinuxSeccomp;
import io.github.seccompagent.app.nri.wire.PodSandbox;
import io.github.seccompagent.app.nri.wire.Response;
import io.github.seccompagent.app.nri.wire.SecurityProfile;
import io.github.seccompagent.app.nri.wire.StateChangeEvent;
import io.github.seccompagent.app.nri.wire.SynchronizeRequest;
import io.github.seccompagent.app.nri.wire.SynchronizeResponse;
import io.github.seccompagent.resolver.policy.Seal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
class NriTest {
    private static final String SOCKET = "/run/seccomp-agent.socket";

    @TempDir
    Path folder;

    private final Set<String> served = ConcurrentHashMap.newKeySet();
    private final Heard heard = new Heard();
    private FakeRuntime runtime;
    private Nri nri;

    @BeforeEach
    void begin() throws IOException {
        runtime = new FakeRuntime(folder.resolve("nri.sock"));
        Adjuster adjuster = new Adjuster(() -> Policies.COMPILED, new Seal(new byte[32]), SOCKET, false);
        nri = Nri.start(runtime.path(), adjuster, () -> served, heard);
    }

    @AfterEach
    void end() throws IOException {
        nri.close();
        runtime.close();
    }

    private static PodSandbox pod(String namespace, String asked) {
        PodSandbox.Builder pod = PodSandbox.newBuilder()
                .setId("pod")
                .setName("p")
                .setUid("uid")
                .setNamespace(namespace)
                .putLabels("tier", "build");
        return asked.isEmpty()
                ? pod.build()
                : pod.putAnnotations("seccomp-agent.io/grants", asked).build();
    }

    private static Container.Builder container() {
        return Container.newBuilder().setId("c1").setPodSandboxId("pod").setName("app");
    }

    private Response create(PodSandbox pod, Container container) throws IOException {
        return runtime.call(
                "CreateContainer",
                CreateContainerRequest.newBuilder()
                        .setPod(pod)
                        .setContainer(container)
                        .build());
    }

    private static ContainerAdjustment adjustment(Response response) throws IOException {
        assertThat(response.getStatus().getMessage()).isEmpty();
        return CreateContainerResponse.parseFrom(response.getPayload()).getAdjust();
    }

    @Test
    void aPodGetsWhatItAsksFor() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");

        ContainerAdjustment adjustment =
                adjustment(create(pod("team-a", "fuse"), container().build()));

        LinuxSeccomp policy = adjustment.getLinux().getSeccompPolicy();
        assertThat(policy.getListenerPath()).isEqualTo(SOCKET);
        assertThat(policy.getListenerMetadata()).contains("GRANTS=fuse").contains("SEAL=");
        assertThat(policy.getDefaultAction()).isEqualTo("SCMP_ACT_ERRNO");
        assertThat(policy.getSyscalls(0).getAction()).isEqualTo("SCMP_ACT_NOTIFY");
        assertThat(policy.getSyscallsList()).noneMatch(rule -> rule.hasErrnoRet());
        LinuxDevice device = adjustment.getLinux().getDevices(0);
        assertThat(device.getPath()).isEqualTo("/dev/fuse");
        assertThat(device.getMajor()).isEqualTo(10);
        assertThat(device.getMinor()).isEqualTo(229);
        assertThat(device.getFileMode().getValue()).isEqualTo(0666);
        assertThat(heard.results).containsExactly(NriObserver.Result.ADJUSTED);
    }

    /** What a file has for other runtimes, a pod has by the plugin. */
    @Test
    void theProfileIsThatOfProfileMake() throws Exception {
        runtime.accept("containerd", "v2.3.0", "v0.12.0");
        ProfileMaker maker = new ProfileMaker(
                RuntimeDefault.CONTAINERD.profile(), List.of(Policies.FUSE), SOCKET, Understood.OF_FILES);
        LinuxSeccomp own = SeccompMessages.write(
                new ProfileMaker(RuntimeDefault.CONTAINERD.profile(), List.of(Policies.FUSE), "", Understood.OF_FILES)
                        .profile(""));
        Container container = container()
                .setLinux(LinuxContainer.newBuilder()
                        .setSeccompPolicy(
                                LinuxSeccomp.newBuilder(own).removeSyscalls(0).build()))
                .build();

        LinuxSeccomp byPlugin =
                adjustment(create(pod("team-a", "fuse"), container)).getLinux().getSeccompPolicy();

        LinuxSeccomp byFile = SeccompMessages.write(maker.profile(""));
        assertThat(byPlugin.getSyscallsList().stream().skip(1).collect(Collectors.toSet()))
                .isEqualTo(byFile.getSyscallsList().stream().skip(1).collect(Collectors.toSet()));
        assertThat(byPlugin.getSyscalls(0).getNamesList())
                .isEqualTo(byFile.getSyscalls(0).getNamesList());
        assertThat(byPlugin.getArchitecturesList()).isEqualTo(byFile.getArchitecturesList());
        assertThat(byPlugin.getSyscallsList())
                .anyMatch(rule -> rule.getErrnoRet().getValue() == 38);
    }

    @Test
    void aPodThatAsksForNothingStaysAsItIs() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");

        assertThat(create(pod("team-a", ""), container().build()).getPayload()).isEmpty();
        assertThat(heard.results).containsExactly(NriObserver.Result.UNCHANGED);
    }

    @Test
    void aPodThatMayNotIsRefusedWithTheReason() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");

        Response response = create(pod("other", "fuse"), container().build());

        assertThat(response.getStatus().getCode()).isNotZero();
        assertThat(response.getStatus().getMessage())
                .hasLineCount(1)
                .contains("grant 'fuse'")
                .contains("no access entry of the policy allows it");
        assertThat(heard.results).containsExactly(NriObserver.Result.REFUSED);
    }

    /** A kubelet tries each of its containers again every few seconds. */
    @Test
    void aPodThatIsRefusedForEverFillsNoLog() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");
        Logger logger = (Logger) LoggerFactory.getLogger(Plugin.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        try {
            for (int i = 0; i < 100; i++) {
                create(pod("refused-for-ever", "fuse"), container().build());
            }
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null); // as that of all others
        }
        assertThat(log.list).hasSizeBetween(1, 10);
        assertThat(log.list.get(0).getFormattedMessage()).contains("refused-for-ever/p is refused: grant 'fuse'");
    }

    @Test
    void whoWaitsForARuntimeWaitsUntilItAsks() throws Exception {
        Thread waiting = new Thread(() -> assertThatCode(nri::awaitRuntime).doesNotThrowAnyException());
        waiting.start();
        runtime.accept();
        await().pollDelay(Duration.ofMillis(200)).until(waiting::isAlive);
        runtime.call("Configure", ConfigureRequest.getDefaultInstance());
        waiting.join();
    }

    @Test
    void hostileAnnotationsGrantNothingAndBreakNothing() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");
        List<String> hostile = List.of(
                "a".repeat(100_000), "fuse\nGRANTS=x", "fuse,\u001b[2J", "../../etc/passwd", "team-b/p", "*", "fuse\0");

        for (String asked : hostile) {
            Response response = create(pod("team-a", asked), container().build());

            assertThat(response.getStatus().getCode()).as(asked).isNotZero();
            assertThat(response.getStatus().getMessage())
                    .hasLineCount(1)
                    .hasSizeLessThan(700)
                    .matches("[ -~]*");
        }
        assertThat(adjustment(create(pod("team-a", "fuse"), container().build()))
                        .hasLinux())
                .isTrue();
    }

    /** Otherwise a grant that containers have by default would keep them from being created. */
    @Test
    void largeAnnotationsThatThePolicyDoesNotLookAtDoNotMatter() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");
        PodSandbox pod = pod("team-a", "fuse").toBuilder()
                .putAnnotations("note", "ä".repeat(100_000))
                .build();

        LinuxSeccomp policy =
                adjustment(create(pod, container().build())).getLinux().getSeccompPolicy();

        assertThat(policy.getListenerMetadata()).contains("SEAL=").hasSizeLessThan(10_000);
    }

    @Test
    void oneContainerCanAskForSomethingElse() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");
        PodSandbox pod = pod("team-a", "fuse").toBuilder()
                .putAnnotations("seccomp-agent.io/grants.sidecar", "")
                .build();

        assertThat(create(pod, container().setName("sidecar").build()).getPayload())
                .isEmpty();
        assertThat(adjustment(create(pod, container().build())).hasLinux()).isTrue();
    }

    @Test
    void anUnconfinedContainerIsAllowedEverythingElse() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");
        Container container = container()
                .setLinux(LinuxContainer.newBuilder()
                        .setSeccompProfile(SecurityProfile.newBuilder().setProfileType(1)))
                .build();

        assertThat(adjustment(create(pod("team-a", "fuse"), container))
                        .getLinux()
                        .getSeccompPolicy()
                        .getDefaultAction())
                .isEqualTo("SCMP_ACT_ALLOW");
    }

    @Test
    void aProfileOfItsOwnStaysInForce() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");
        Path profile = Files.writeString(
                folder.resolve("own.json"),
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": [{\"names\": [\"chdir\"], \"action\":"
                        + " \"SCMP_ACT_KILL\"}]}");

        LinuxSeccomp policy = adjustment(create(pod("team-a", "fuse"), withFile(profile.toString())))
                .getLinux()
                .getSeccompPolicy();

        assertThat(policy.getDefaultAction()).isEqualTo("SCMP_ACT_LOG");
        assertThat(policy.getSyscallsList())
                .anyMatch(rule -> rule.getNamesList().contains("chdir"));
        assertThat(create(pod("team-a", "fuse"), withFile("/nowhere.json"))
                        .getStatus()
                        .getMessage())
                .contains("its own profile cannot be used: ")
                .contains("/nowhere.json");
    }

    private static Container withFile(String path) {
        return container()
                .setLinux(LinuxContainer.newBuilder()
                        .setSeccompProfile(
                                SecurityProfile.newBuilder().setProfileType(2).setLocalhostRef(path)))
                .build();
    }

    /** It would take the answer, and ignore what it says about seccomp. */
    @ParameterizedTest
    @ValueSource(strings = {"v2.1.5", "1.7.27", "v1.7"})
    void aRuntimeThatIsTooOldGetsNoContainerWithGrants(String version) throws Exception {
        runtime.accept("containerd", version, "");

        assertThat(create(pod("team-a", "fuse"), container().build())
                        .getStatus()
                        .getMessage())
                .contains("containerd " + version + " ignores")
                .contains("containerd 2.2 or newer is needed");
        assertThat(create(pod("team-a", ""), container().build()).getStatus().getMessage())
                .isEmpty();
    }

    @Test
    void containersThatRunWithoutTheirGrantsAreFound() throws Exception {
        served.add("served");
        runtime.accept("containerd", "v2.2.9", "");
        SynchronizeRequest.Builder list = SynchronizeRequest.newBuilder().addPods(pod("team-a", "fuse"));
        list.addContainers(container().setId("served").setState(3));
        list.addContainers(container().setId("created").setState(1));
        list.addContainers(container().setId("lost").setState(3));

        Response first = runtime.call("Synchronize", list.setMore(true).build());
        assertThat(SynchronizeResponse.parseFrom(first.getPayload()).getMore()).isTrue();
        runtime.call("Synchronize", SynchronizeRequest.getDefaultInstance());
        await().untilAsserted(() -> assertThat(heard.unhonoured).hasValue(1));
        assertThat(heard.now).isEqualTo(1);

        runtime.call(
                "StateChange",
                StateChangeEvent.newBuilder()
                        .setEvent(7)
                        .setPod(pod("team-a", "fuse"))
                        .setContainer(container().setId("late"))
                        .build());
        await().untilAsserted(() -> assertThat(heard.now).isEqualTo(2));
        runtime.call(
                "StopContainer",
                ContainerEvent.newBuilder()
                        .setContainer(container().setId("lost"))
                        .build());
        assertThat(heard.now).isEqualTo(1);
    }

    @Test
    void connectsAgainAtOnce() throws Exception {
        runtime.accept("containerd", "v2.2.9", "");
        runtime.hangUp();

        runtime.accept("containerd", "v2.3.1", "v0.12.0");

        assertThat(adjustment(create(pod("team-a", "fuse"), container().build()))
                        .hasLinux())
                .isTrue();
    }

    /** It would take a processor and the log. */
    @Test
    void aRuntimeThatHangsUpAtOnceIsNotAskedAgainAndAgain() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        int connections = 0;
        while (System.nanoTime() < end) {
            runtime.accept("containerd", "v2.2.9", "");
            runtime.hangUp();
            connections++;
        }
        assertThat(connections).isLessThan(20);
    }

    @Test
    void ofAListOfPodsOnlyWhatTheyAskForIsKept() throws Exception {
        PodSandbox large = pod("team-a", "fuse").toBuilder()
                .putAnnotations("seccomp-agent.io/grants.b", "")
                .putAnnotations("note", "x".repeat(1 << 18))
                .build();
        PodSandbox kept = Asked.only(large);
        assertThat(kept.getSerializedSize()).isLessThan(200);
        assertThat(kept.getNamespace() + "/" + kept.getName()).isEqualTo("team-a/p");
        assertThat(Asked.isAsking(kept, "a")).isTrue();
        assertThat(Asked.isAsking(kept, "b")).isFalse();
    }

    @Test
    void survivesARuntimeThatIsNone() throws Exception {
        for (String words :
                List.of("HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\1\0\0\0\12\377\377\377\377\0\0\0\1\1\0")) {
            runtime.accept();
            byte[] bytes = new byte[words.length()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) words.charAt(i);
            }
            runtime.sendBytes(ByteBuffer.wrap(bytes));
        }

        runtime.accept("containerd", "v2.2.9", "");

        assertThat(runtime.call("Unheard", SynchronizeRequest.getDefaultInstance())
                        .getStatus()
                        .getCode())
                .isEqualTo(12);
        assertThat(create(pod("team-a", ""), container().build()).getStatus().getCode())
                .isZero();
    }
}
