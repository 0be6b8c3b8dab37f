package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a peer that has ended there is little left. On Linux 6.5 and newer, what is left lets nobody in. */
class GonePeerIT {
    private static final boolean FULL = "full".equals(System.getProperty("peers"));
    private static final String TRIES = Attack.times(200, 5_000);

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("none");

    /** Root of a container that has the socket bound in connects, sends and exits: its uid is that of an administrator. */
    @Test
    void rootOfAContainerIsNoAdministrator() throws IOException {
        try (OciContainer container = OciContainer.start(
                OciRuntime.RUNC,
                OciBundle.notifying(agent.socket()).bind(agent.socket().getParent(), "/agent"))) {
            agent.awaitLog("container " + container.id() + ": serving process");
            Attack.install(container, "gone");
            assertThat(container
                            .execFor(60, "/gone", "/agent/" + agent.socket().getFileName(), TRIES)
                            .orFail())
                    .endsWith(" sent"); // some see the end before they have sent

            // Who comes last is looked at last.
            try (RawClient client = RawClient.connect(agent.socket())) {
                client.send("?".getBytes(StandardCharsets.UTF_8), 0);
                agent.awaitLog("it is no JSON");
            }
            assertThat(agent.countLogged("refused")).isPositive();
            assertThat(agent.log()).noneMatch(line -> line.contains("container gone-"));
        }
    }

    /** A real runtime is never refused, however busy the machine is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void runtimesAreNotRefused(int busy) throws Exception {
        List<Process> loops = new ArrayList<>();
        try {
            for (int i = 0; i < busy; i++) {
                loops.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            for (int i = 0; i < (FULL ? 30 : 5); i++) {
                for (OciRuntime runtime : OciRuntime.values()) {
                    OciContainer.start(
                                    runtime, OciBundle.notifying(agent.socket()).command("true"))
                            .close();
                }
            }
        } finally {
            loops.forEach(Process::destroyForcibly);
        }
        assertThat(agent.countLogged("refused")).isZero();
    }
}
