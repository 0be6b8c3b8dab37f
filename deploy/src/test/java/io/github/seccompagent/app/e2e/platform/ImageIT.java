package io.github.seccompagent.app.e2e.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentImage;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.ImageContainer;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent in a container of its image. */
class ImageIT {
    @AutoClose
    private static final TempFolder FOLDER = TempFolder.create();

    private static AgentImage image;

    @BeforeAll
    static void unpack() throws IOException {
        image = AgentImage.unpackTo(FOLDER.path());
    }

    private static ImageContainer container(String... variables) {
        return new ImageContainer(image.rootfs()).environment(Command.concat(image.environment(), List.of(variables)));
    }

    @ParameterizedTest
    @EnumSource
    void servesContainers(OciRuntime runtime) {
        try (ImageContainer itself = container();
                AgentProcess agent = itself.startAgent(image.entrypoint(), "demo-basic");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            container.shell("mkdir /abc; mount -t proc proc /root").orFail();

            assertThat(container.hasFolder("/abc" + container.suffix())).isTrue();
            assertThat(container.shell("cat /root/1/comm").orFail()).isEqualTo("sleep");
            assertThat(container.shell("chmod 777 /").err()).contains("Bad message");
        }
    }

    /** The agent is not the container's process, so the container goes on when the agent is killed. */
    @Test
    void theKeeperStartsTheAgentAgain() throws Exception {
        try (ImageContainer itself = container();
                AgentProcess agent = itself.startAgent(image.entrypoint(), "demo-basic");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            ProcessHandle killed = ProcessHandle.of(agent.pid())
                    .orElseThrow()
                    .descendants()
                    .filter(each -> each.info().command().orElse("").endsWith("/java"))
                    .findFirst()
                    .orElseThrow();
            Process calling = container.begin("mkdir /a; until [ -e /go ]; do :; done; mkdir /b && mkdir /c");
            Await.until("a call").until(() -> container.hasFolder("/a" + container.suffix()));
            killed.destroyForcibly();
            Files.createFile(container.rootfs().resolve("go"));

            assertThat(OciContainer.awaitEnd(calling)).isZero();
        }
    }

    /** As in the DaemonSet; --help is not for the keeper. */
    @Test
    void theOptionsOfTheKeeperComeFirst() {
        try (ImageContainer itself = container()) {
            List<String> keep = List.of("keep", "--takeover", "--stay", "--identity", "pod-1");
            AgentProcess agent = itself.startAgent(Command.concat(image.entrypoint(), keep), "none");
            try (agent) {
                assertThat(Path.of(agent.socket() + ".keeper")).exists();
            }
        }
        try (ImageContainer itself = container()) {
            assertThat(Command.run(itself.call(Command.concat(image.entrypoint(), List.of("--help"))))
                            .orFail())
                    .contains("--socketfile");
        }
    }

    @Test
    void tellsHowItIs() throws IOException, InterruptedException {
        try (ImageContainer itself = container();
                AgentProcess agent =
                        itself.startAgent(image.entrypoint(), "kubernetes", "--metrics-bind-address=127.0.0.1:0")) {
            URI address = Scrape.address(agent);
            assertThat(get(address.resolve("/readyz")).statusCode()).isEqualTo(200);
            assertThat(get(address.resolve("/metrics")).body())
                    .contains("seccompagent_active_listeners", "jvm_threads_current", "process_resident_memory_bytes");
        }
    }

    private static HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The JVM reports where each class comes from. */
    @Test
    void itsClassesAreInItsArchive() {
        try (ImageContainer itself = container("JDK_JAVA_OPTIONS=-Xlog:class+load");
                AgentProcess agent = itself.startAgent(image.entrypoint(), "none")) {
            agent.awaitLog("io.github.seccompagent.app.AgentCommand source: shared objects file");
            assertThat(agent.log()).noneMatch(line -> line.contains("seccompagent") && line.contains(".jar"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsUponSigterm(boolean asProcess1) {
        try (ImageContainer itself = asProcess1 ? container().ownPids() : container();
                AgentProcess agent = itself.startAgent(image.entrypoint(), "none")) {
            long begin = System.nanoTime();
            agent.terminate();
            assertThat(agent.awaitEnd()).isEqualTo(128 + 15);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void aMistakeIsOneLine() {
        try (ImageContainer itself = container()) {
            List<String> mistaken = Command.concat(image.entrypoint(), List.of("--resolver=nobody"));
            OneLine.of(Command.run(itself.call(mistaken)), 2).contains("unknown resolver 'nobody'");
        }
    }

    @Test
    void canReachServersWithKeysOfEllipticCurves() {
        try (ImageContainer itself = container()) {
            List<String> listing = List.of("/opt/seccomp-agent/java/bin/java", "--list-modules");
            assertThat(Command.run(itself.call(listing)).orFail()).contains("jdk.crypto.ec");
        }
    }

    /** The only executables are Java's, the helper, and libraries. None is a script. */
    @Test
    void hasNoShell() throws IOException {
        try (Stream<Path> all = Files.walk(image.rootfs())) {
            List<String> programs = all.filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.contains(".so"))
                    .toList();
            assertThat(programs).containsExactlyInAnyOrder("java", "jspawnhelper", "seccomp-helper");
        }
    }

    @Test
    void isSmall() throws IOException {
        assertThat(Files.size(AgentImage.archive())).isLessThan(105_000_000);
    }

    /** Each file that others own comes with its licence. */
    @Test
    void bringsLicences() {
        for (String file : List.of(
                "opt/seccomp-agent/LICENSE",
                "opt/seccomp-agent/java/legal/java.base/LICENSE",
                "usr/share/doc/libc6/copyright",
                "usr/share/doc/libseccomp2/copyright")) {
            assertThat(image.rootfs().resolve(file)).isNotEmptyFile();
        }
    }
}
