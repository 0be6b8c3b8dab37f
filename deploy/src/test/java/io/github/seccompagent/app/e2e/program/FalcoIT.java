package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.FalcoPlugin;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.falco.KubernetesWorkload;
import io.github.seccompagent.app.falco.PublishEventRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Falco's plugin learns about containers. */
class FalcoIT {
    private static final Map<String, String> POD = Map.of(
            "io.kubernetes.cri.sandbox-namespace", "shop",
            "io.kubernetes.cri.sandbox-name", "cart",
            "io.kubernetes.cri.container-name", "web");

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private final Path socket = folder.resolve("falco.sock");

    private AgentProcess start(String resolver) {
        return AgentProcess.start(resolver, "--falco-socket=" + socket, "--metrics-bind-address=127.0.0.1:0");
    }

    private static OciBundle bundle(AgentProcess agent) {
        return OciBundle.notifying(agent.socket())
                .notified("mkdir", "mkdirat")
                .annotations(POD)
                .metadata("MIDDLEWARE=falco\nMKDIR_TMPL=-made");
    }

    private static Stream<PublishEventRequest> mkdirs(FalcoPlugin plugin) {
        return plugin.events().stream().filter(event -> event.getSyscall().startsWith("mkdir"));
    }

    @ParameterizedTest
    @EnumSource
    void middleware(OciRuntime runtime) throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.start(socket);
                AgentProcess agent = start("kubernetes");
                OciContainer container = OciContainer.start(runtime, bundle(agent))) {
            container.shell("mkdir /x").orFail();
            assertThat(container.hasFolder("/x-made")).isTrue();

            Await.until("the event").until(() -> mkdirs(plugin).count() == 1);
            PublishEventRequest event = mkdirs(plugin).findFirst().orElseThrow();
            KubernetesWorkload workload = event.getK8S();
            assertThat(workload.getNamespace()).isEqualTo("shop");
            assertThat(workload.getPod()).isEqualTo("cart");
            assertThat(workload.getContainer()).isEqualTo("web");
            assertThat(workload.getPid()).isEqualTo(container.pid());
            assertThat(event.getPid()).isNotEqualTo(container.pid());
            // The shell that was executed, which has become mkdir by now. crun does not report it.
            assertThat(workload.getPidFilter()).isEqualTo(runtime == OciRuntime.RUNC ? event.getPid() : 0);
            assertThat(event.getId()).isNotZero();
        }
    }

    @Test
    void resolver() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.start(socket);
                AgentProcess agent = start("falco");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle(agent))) {
            container.shell("mkdir /x").orFail();
            assertThat(container.hasFolder("/x")).isTrue();

            Await.until("the event").until(() -> mkdirs(plugin).count() == 1);
            assertThat(mkdirs(plugin).findFirst().orElseThrow().getK8S().getPod())
                    .isEqualTo("cart");
        }
    }

    @Test
    void aFalcoThatIsNotThereIsMissedByNobody() {
        try (AgentProcess agent = start("kubernetes");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle(agent))) {
            container.shell("for i in 1 2 3; do mkdir /x$i; done").orFail();
            assertThat(container.hasFolder("/x3-made")).isTrue();

            agent.awaitLog("events for Falco are dropped", socket.toString(), "No such file or directory");
            Await.until("the count")
                    .until(() -> Scrape.metrics(agent).get("seccompagent_falco_events_dropped_total") == 3);
            assertThat(agent.log()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    /** The program ends before the first connection is made. */
    @Test
    void allThatACommandDid() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.start(socket)) {
            Command.run(
                            AgentProcess.program(),
                            "run",
                            "--resolver=falco",
                            "--falco-socket=" + socket,
                            "--",
                            "sh",
                            "-c",
                            "mkdir /x; mkdir /y")
                    .orFail();

            assertThat(mkdirs(plugin)).hasSize(2);
        }
    }

    /** The log then says that Falco does not take the events. */
    @Test
    void anAgentThatEndsHasItsLastEventsSent() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.startHanging(socket);
                AgentProcess agent = start("falco");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle(agent))) {
            container.shell("for i in $(seq 20); do mkdir /x$i; done").orFail();
            Await.until("the first event").until(() -> !plugin.events().isEmpty());

            agent.terminate();
            agent.awaitEnd();
            agent.awaitLog("the last events for Falco are dropped", socket.toString());
        }
    }
}
