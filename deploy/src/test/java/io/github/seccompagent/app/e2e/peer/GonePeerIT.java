package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.Busy;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.OnProcessors;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.app.e2e.fixture.Stopped;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel keeps little about a peer that has ended. On Linux 6.5 and newer, that is not enough to let anybody in.
 */
class GonePeerIT {
    private static final boolean FULL = "full".equals(System.getProperty("peers"));
    private static final String TRIES = Attack.times(200, 5_000);
    private static final String SHORT_LIFE = "200"; // microseconds; runc lives for 300 after it has connected

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("none", "--strict-peers");

    /** What an attacker's container shares with the host. By default that includes the network. */
    private enum Shares {
        NOTHING(OciBundle::ownNetwork),
        NETWORK(UnaryOperator.identity()),
        NETWORK_AND_PIDS(OciBundle::hostPids);

        private final UnaryOperator<OciBundle> change;

        Shares(UnaryOperator<OciBundle> change) {
            this.change = change;
        }
    }

    /** Root of a container that has the socket connects, sends and exits. Its uid is the same as an administrator's. */
    @ParameterizedTest
    @EnumSource
    void rootOfAContainerIsNoAdministrator(Shares shares) throws IOException {
        try (OciContainer container = OciContainer.start(
                OciRuntime.RUNC,
                shares.change.apply(
                        OciBundle.notifying(agent.socket()).bind(agent.socket().getParent(), "/agent")))) {
            agent.awaitLog("container " + container.id() + ": serving process");
            Attack.install(container, "gone");
            attack(container, TRIES);
            // So the agent looks at it only after it is gone.
            Stopped.during(() -> attack(container, "20"), agent.acceptors());

            // The last one to connect is looked at last.
            try (RawClient client = RawClient.connect(agent.socket())) {
                client.send("?".getBytes(StandardCharsets.UTF_8), 0);
                agent.awaitLog("it is no JSON");
            }
            assertThat(agent.countLogged(" refused: ")).isPositive();
            assertThat(agent.log()).noneMatch(line -> line.contains("container gone-"));
        }
    }

    private void attack(OciContainer container, String times) {
        assertThat(container
                        .execFor(60, "/gone", "/agent/" + agent.socket().getFileName(), times)
                        .orFail())
                .endsWith(" sent"); // some see the end of the connection before they have sent
    }

    /** An administrator that ends at once is looked at before that, whatever the processors do. */
    @Test
    void nobodyIsGoneBefore() throws IOException {
        try (Busy busy = Busy.inTheKernel(4)) {
            for (int i = 0; i < (FULL ? 200 : 20); i++) {
                Command.run(
                                TestPrograms.attack("gone").toString(),
                                agent.socket().toString(),
                                "50",
                                SHORT_LIFE)
                        .orFail();
            }
            assertThat(busy.isAtWork()).isTrue();
        }
        agent.awaitLog("container gone-49");
        assertThat(agent.countLogged(" refused: ")).isZero();
    }

    /** The same for one that connects as soon as the socket exists. */
    @Test
    void notEvenWhenTheAgentStarts() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (TempFolder folder = TempFolder.create()) {
                Path socket = folder.resolve("soon.socket");
                Process waiting = new ProcessBuilder(
                                TestPrograms.attack("gone").toString(), socket.toString(), "20", SHORT_LIFE, "wait")
                        .start();
                try (AgentProcess starting = AgentProcess.startAt(socket, "none")) {
                    assertThat(waiting.waitFor()).isZero();
                    starting.awaitLog("container gone-19");
                    assertThat(starting.countLogged(" refused: ")).isZero();
                }
            }
        }
    }

    /** A peer is looked at on its own processor, whatever happens to the acceptors on other processors. */
    @Test
    void anAcceptorMoreOrLess() {
        List<ProcessHandle> all = agent.acceptors();
        assertThat(all).hasSizeGreaterThan(1);
        for (ProcessHandle lost : all) {
            ProcessHandle other =
                    all.stream().filter(each -> !each.equals(lost)).findFirst().orElseThrow();
            Stopped.during(() -> OnProcessors.of(other, this::runContainers), List.of(lost));
        }
        assertThat(agent.countLogged(" refused: ")).isZero();
    }

    private void runContainers() {
        for (OciRuntime runtime : OciRuntime.values()) {
            try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
                agent.awaitLog("container " + container.id() + ": serving process");
                for (int i = 0; i < 5; i++) {
                    container.exec("true").orFail();
                }
            }
        }
    }

    /** A real runtime is never refused, however busy the machine is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void runtimesAreNotRefused(int busy) throws Exception {
        try (Busy loops = Busy.looping(busy)) {
            for (int i = 0; i < (FULL ? 30 : 5); i++) {
                for (OciRuntime runtime : OciRuntime.values()) {
                    OciContainer.start(
                                    runtime, OciBundle.notifying(agent.socket()).command("true"))
                            .close();
                }
            }
            assertThat(loops.isAtWork()).isTrue();
        }
        assertThat(agent.countLogged(" refused: ")).isZero();
    }
}
