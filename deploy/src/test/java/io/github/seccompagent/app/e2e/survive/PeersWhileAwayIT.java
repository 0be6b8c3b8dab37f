package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Others connect while the agent is away. They are refused later, nothing of them is kept, and runtimes are served. */
class PeersWhileAwayIT {
    private static final String FOR_ALL = "rw-rw-rw-";
    private static final int SIZE = 100_000_000;

    @AutoClose
    private final AgentUnderKeeper agent =
            AgentUnderKeeper.start("demo-basic", "--log=warn", "--handshake-timeout=2s", "--allow-uid=1234");

    private enum Peers {
        STRANGERS(10_000, -1, "refused", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        STRANGERS_WITH_A_BYTE(2_000, 0, "refused", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        STRANGERS_WITH_DESCRIPTORS(300, 253, "refused", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        ROOT_WITHOUT_THE_CAPABILITY(
                500, 1, "uid 0 refused", "setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"),
        A_USER(500, 0, "uid 1234", "setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"),
        ADMINISTRATORS(3_000, -1, "said nothing"),
        ADMINISTRATORS_WITH_A_BYTE(500, 0, "it ends in the middle"),
        ADMINISTRATORS_WITH_DESCRIPTORS(100, 253, "it carries more than 8 descriptors");

        private final int connections;
        private final int fds;
        private final String reason;
        private final String[] as;

        Peers(int connections, int fds, String reason, String... as) {
            this.connections = connections;
            this.fds = fds;
            this.reason = reason;
            this.as = as;
        }

        String connect(AgentUnderKeeper agent) {
            List<String> flood = List.of(
                    TestPrograms.attack("flood").toString(),
                    agent.socket().toString(),
                    Integer.toString(connections),
                    Integer.toString(fds));
            return Command.run(Command.concat(List.of(as), flood)).orFail();
        }
    }

    @ParameterizedTest
    @EnumSource
    void many(Peers peers) throws IOException {
        Files.setPosixFilePermissions(agent.socket(), PosixFilePermissions.fromString(FOR_ALL));
        requireServed(() -> assertThat(peers.connect(agent)).isEqualTo(Integer.toString(peers.connections)));
        agent.keeper().awaitLog(peers.reason);
    }

    /** Who sends slowly has as much time as if nobody had been killed. */
    @Test
    void theSlowAndTheLarge() throws Exception {
        try (RawClient idle = RawClient.connect(agent.socket());
                RawClient slow = RawClient.connect(agent.socket());
                RawClient large = RawClient.connect(agent.socket())) {
            slow.send("{".getBytes(StandardCharsets.UTF_8), 1);
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            requireServed(() -> {
                slow.send(" ".getBytes(StandardCharsets.UTF_8), 0);
                sent.add(CompletableFuture.runAsync(
                        () -> large.send(("{\"a\":\"" + "x".repeat(SIZE)).getBytes(StandardCharsets.UTF_8), 0)));
            });
            assertThat(large.isClosedByPeer()).isTrue();
            sent.get(0).join();
            assertThat(idle.isClosedByPeer()).isTrue();
            assertThat(slow.isClosedByPeer()).isTrue();
            agent.keeper().awaitLog("it is longer than");
            agent.keeper().awaitLog("the peer says nothing");
            agent.keeper().awaitLog("the rest of the state does not come; there are 2 bytes");
        }
    }

    /** Does something while the agent is away, and has a container start after it. */
    private void requireServed(Runnable whileAway) throws IOException {
        int fds = agent.keeper().fdCount();
        List<OciContainer> containers = new ArrayList<>();
        try {
            agent.kill(() -> {
                whileAway.run();
                containers.add(OciContainer.start(OciRuntime.RUNC, SurvivingPeersIT.waiting(agent.socket())));
            });
            SurvivingPeersIT.requireServed(containers.get(0));
        } finally {
            containers.forEach(OciContainer::close);
        }
        Await.until("nothing of them kept").until(() -> agent.keeper().fdCount() <= fds + SurvivingPeersIT.CLOSER);
    }
}
