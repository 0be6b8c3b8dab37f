package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.app.e2e.fixture.StateCatcher;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers that start while the agent is killed are served by the next one. */
class SurvivingPeersIT {
    /** The keeper's descriptors of the process that closes for it, which it has from the first time on. */
    static final int CLOSER = 2;

    private static final String REFUSED = "Bad message"; // what demo-basic says to each chmod

    /** The runtime is gone long before the first notified call. */
    private static final String WHEN_TOLD =
            "until [ -e /go ]; do sleep 0.1; done; touch /f; chmod 600 /f >/out 2>&1; echo end >>/out; sleep 1000000";

    static OciBundle waiting(Path socket) {
        return OciBundle.notifying(socket).command("sh", "-c", WHEN_TOLD);
    }

    static void requireServed(OciContainer container) throws IOException {
        Files.createFile(container.rootfs().resolve("go"));
        Path out = container.rootfs().resolve("out");
        Await.until("its call")
                .until(() -> Files.exists(out) && Files.readString(out).endsWith("end\n"));
        assertThat(Files.readString(out)).contains(REFUSED);
    }

    /** How the agent is away. */
    private enum Away {
        STOPPED {
            @Override
            void during(AgentUnderKeeper agent, Runnable action) {
                agent.kill(action);
            }
        },
        GONE {
            @Override
            void during(AgentUnderKeeper agent, Runnable action) {
                agent.killBefore(action);
            }
        };

        abstract void during(AgentUnderKeeper agent, Runnable action);
    }

    @ParameterizedTest
    @EnumSource
    void containersThatStartWhileTheAgentIsAway(Away away) throws Exception {
        List<OciContainer> containers = new ArrayList<>();
        List<Process> executed = new ArrayList<>();
        try (AgentUnderKeeper agent = AgentUnderKeeper.start("demo-basic", "--log=warn")) {
            int fds = agent.keeper().fdCount();
            OciContainer before = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()));
            containers.add(before);
            away.during(agent, () -> {
                for (int i = 0; i < 3; i++) {
                    for (OciRuntime runtime : OciRuntime.values()) {
                        containers.add(OciContainer.start(runtime, waiting(agent.socket())));
                    }
                }
                executed.add(before.begin("touch /f; chmod 600 /f"));
                Await.until("the program")
                        .until(() -> Files.exists(before.rootfs().resolve("f")));
            });
            for (OciContainer each : containers.subList(1, containers.size())) {
                requireServed(each);
            }
            for (Process each : executed) {
                assertThat(each.inputReader().readLine()).contains(REFUSED);
                OciContainer.awaitEnd(each);
            }
            assertThat(agent.keeper().countLogged(" refused: ")).isZero();
            for (OciContainer each : containers) {
                each.close();
            }
            containers.clear();
            Await.until("nothing kept").until(() -> agent.keeper().fdCount() <= fds + CLOSER);
        } finally {
            containers.forEach(OciContainer::close);
        }
    }

    /** At any moment of a handshake. */
    @Test
    void containersThatStartWhileTheAgentIsKilledAgainAndAgain() {
        try (AgentUnderKeeper agent = AgentUnderKeeper.start("demo-basic", "--log=warn")) {
            AtomicInteger ended = new AtomicInteger();
            CompletableFuture<List<String>> said = CompletableFuture.supplyAsync(() -> Stream.of(OciRuntime.values())
                    .parallel()
                    .flatMap(runtime -> Stream.generate(() -> runToEnd(runtime, agent, ended))
                            .limit(6))
                    .toList());
            while (!said.isDone()) {
                int before = ended.get();
                agent.kill();
                // Else it would be killed again before it has done anything.
                Await.until("one that ends").until(() -> ended.get() > before || said.isDone());
            }
            assertThat(said.join())
                    .as(() -> String.join("\n", agent.keeper().log()))
                    .hasSize(12)
                    .allMatch(each -> each.contains(REFUSED));
            assertThat(agent.keeper().countLogged(" refused: ")).isZero();
        }
    }

    private static String runToEnd(OciRuntime runtime, AgentUnderKeeper agent, AtomicInteger ended) {
        OciBundle bundle = OciBundle.notifying(agent.socket()).command("sh", "-c", "touch /f; chmod 600 /f");
        try {
            return OciContainer.runToEnd(runtime, bundle).output();
        } finally {
            ended.incrementAndGet();
        }
    }

    /** The agent is killed before the first piece, after each one, and after the last. */
    @Test
    void aStateInPieces() throws Exception {
        try (AgentUnderKeeper agent = AgentUnderKeeper.start("demo-basic", "--log=warn");
                TempFolder folder = TempFolder.create();
                StateCatcher catcher = StateCatcher.listen(folder.resolve("catcher.socket"))) {
            CompletableFuture<Void> sentOn =
                    CompletableFuture.runAsync(() -> catcher.next((state, listener) -> sendOn(agent, state, listener)));
            try (OciContainer container = OciContainer.start(OciRuntime.RUNC, waiting(catcher.path()))) {
                sentOn.join();
                requireServed(container);
                assertThat(agent.keeper().countLogged("closed without")).isZero();
            }
        }
    }

    private static void sendOn(AgentUnderKeeper agent, byte[] state, FileDescriptor listener) throws IOException {
        // Five agents are killed: after one more, the connection would be closed if the first one had accepted it.
        int[] ends = {1, state.length / 2, state.length - 1, state.length};
        try (RawClient client = RawClient.connect(agent.socket())) {
            agent.kill();
            int from = 0;
            for (int to : ends) {
                byte[] piece = Arrays.copyOfRange(state, from, to);
                if (from == 0) {
                    client.send(piece, listener);
                } else {
                    client.send(piece, 0);
                }
                from = to;
                agent.kill();
            }
        }
    }
}
