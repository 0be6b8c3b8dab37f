package io.github.seccompagent.app.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.nri.wire.Container;
import io.github.seccompagent.app.nri.wire.CreateContainerRequest;
import io.github.seccompagent.app.nri.wire.CreateContainerResponse;
import io.github.seccompagent.app.nri.wire.LinuxSeccomp;
import io.github.seccompagent.app.nri.wire.LinuxSyscall;
import io.github.seccompagent.app.nri.wire.PodSandbox;
import io.github.seccompagent.app.nri.wire.Response;
import io.github.seccompagent.app.report.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the plugin says about a container, a real OCI runtime does, and the agent keeps to it. */
@Timeout(120)
class NriIT {
    private static final String POLICY = """
            version: 1
            metadata: nothing
            grants:
              suffix:
                mkdirSuffix: "-{{.Namespace}}-{{.Pod}}"
            access:
              - allow: [suffix]
                labels: {tier: build}
            """;

    @TempDir
    private Path folder;

    private Path policy;
    private Path socket;
    private FakeRuntime runtime;
    private AgentProcess agent;

    @BeforeEach
    void begin() throws Exception {
        policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
        socket = folder.resolve("agent.socket");
        runtime = new FakeRuntime(folder.resolve("nri.sock"));
        agent = start();
    }

    private AgentProcess start() throws IOException {
        AgentProcess started =
                AgentProcess.startAt(socket, "kubernetes", "--policy=" + policy, "--nri=" + runtime.path());
        runtime.accept("containerd", "v2.2.9", "");
        return started;
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
        runtime.close();
    }

    private LinuxSeccomp adjustment(String id) {
        PodSandbox pod = PodSandbox.newBuilder()
                .setName("p")
                .setNamespace("team-a")
                .setUid("uid")
                .putLabels("tier", "build")
                .putAnnotations("seccomp-agent.io/grants", "suffix")
                .build();
        try {
            Response response = runtime.call(
                    "CreateContainer",
                    CreateContainerRequest.newBuilder()
                            .setPod(pod)
                            .setContainer(Container.newBuilder().setId(id).setName("app"))
                            .build());
            return CreateContainerResponse.parseFrom(response.getPayload())
                    .getAdjust()
                    .getLinux()
                    .getSeccompPolicy();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the runtime writes it into config.json. */
    private OciBundle bundle(LinuxSeccomp policy) {
        assertThat(policy.getListenerPath()).isEqualTo(socket.toString());
        return OciBundle.notifying(socket)
                .profile(Report.json(Map.of(
                        "defaultAction", policy.getDefaultAction(),
                        "architectures", policy.getArchitecturesList(),
                        "listenerPath", policy.getListenerPath(),
                        "listenerMetadata", policy.getListenerMetadata(),
                        "syscalls",
                                policy.getSyscallsList().stream()
                                        .map(NriIT::rule)
                                        .toList())));
    }

    private static Map<String, Object> rule(LinuxSyscall rule) {
        Map<String, Object> written = new HashMap<>(Map.of("names", rule.getNamesList(), "action", rule.getAction()));
        List<Map<String, Object>> arguments = rule.getArgsList().stream()
                .<Map<String, Object>>map(each -> Map.of(
                        "index", each.getIndex(),
                        "value", each.getValue(),
                        "valueTwo", each.getValueTwo(),
                        "op", each.getOp()))
                .toList();
        written.put("args", arguments);
        return written;
    }

    @Test
    void aContainerHasItsGrantsAndTheDefaultProfile() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, id -> bundle(adjustment(id)))) {
            assertThat(container.exec("mkdir", "/tmp/x").status()).isZero();
            assertThat(container.exec("ls", "/tmp").out()).contains("x-team-a-p");
            assertThat(container.exec("unshare", "-U", "true").status()).isNotZero();
        }
    }

    @Test
    void aSealIsForOneContainer() {
        LinuxSeccomp ofAnother = adjustment("another");

        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle(ofAnother))) {
            Command.Result result = container.exec("mkdir", "/tmp/x");

            assertThat(result.status()).isNotZero();
            assertThat(result.output()).contains("Operation not permitted");
        }
    }

    @Test
    void theNextAgentKnowsTheSeal() throws Exception {
        Map<String, LinuxSeccomp> made = new HashMap<>();
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, id -> {
            made.put(id, adjustment(id));
            try {
                agent.close();
                agent = start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bundle(made.get(id));
        })) {
            assertThat(container.exec("mkdir", "/tmp/x").status()).isZero();
            assertThat(container.exec("ls", "/tmp").out()).contains("x-team-a-p");
        }
    }
}
