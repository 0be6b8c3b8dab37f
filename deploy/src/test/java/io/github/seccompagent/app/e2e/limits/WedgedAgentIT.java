package io.github.seccompagent.app.e2e.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Alone;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An agent that lives and does not work is replaced, and its containers do not notice. */
@Alone
class WedgedAgentIT {
    private static final String CALLS =
            "touch /f; until [ -e /stop ]; do chmod 600 /f 2>&1; done >/calls; echo end >>/calls";
    private static final String ANSWER = "chmod: /f: Bad message";

    private static List<String> calls(OciContainer container) {
        try {
            return Files.readAllLines(container.rootfs().resolve("calls"));
        } catch (IOException notThere) {
            return List.of();
        }
    }

    private static void awaitCalls(OciContainer container) {
        int before = calls(container).size();
        Await.until("more calls").until(() -> calls(container).size() > before + 5);
    }

    private static void requireAnswers(AgentUnderKeeper kept, OciContainer container, Process calling)
            throws Exception {
        awaitCalls(container);
        Files.createFile(container.rootfs().resolve("stop"));
        assertThat(OciContainer.awaitEnd(calling)).isZero();
        List<String> all = calls(container);
        assertThat(all.subList(0, all.size() - 1)).containsOnly(ANSWER);
        assertThat(all).last().isEqualTo("end");
        assertThat(container.shell("mkdir /after").output())
                .as(String.join("\n", kept.keeper().log()))
                .isEmpty();
        assertThat(container.hasFolder("/after" + container.suffix())).isTrue();
    }

    @Test
    void oneThatIsStoppedIsReplaced() throws Exception {
        try (AgentUnderKeeper kept = AgentUnderKeeper.start("demo-basic", "--watchdog-timeout=2s");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(kept.socket()))) {
            Process calling = container.begin(CALLS);
            awaitCalls(container);
            long ready = kept.ready();

            Command.run("kill", "-STOP", Long.toString(kept.agent().pid())).orFail();
            kept.keeper().awaitLog("has been silent for 2000 ms");
            kept.awaitAgentAfter(ready);

            requireAnswers(kept, container, calling);
        }
    }

    /** Whether its containers make calls, or are quiet for longer than an agent may be silent. */
    @Test
    void oneThatWorksIsNot() throws Exception {
        try (AgentUnderKeeper kept = AgentUnderKeeper.start("demo-basic", "--watchdog-timeout=3s");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(kept.socket()))) {
            long agent = kept.agent().pid();
            Thread.sleep(4000);
            Process calling = container.begin(CALLS);
            awaitCalls(container);
            requireAnswers(kept, container, calling);
            assertThat(kept.agent().pid()).isEqualTo(agent);
        }
    }

    @Test
    void oneWithoutMemoryIsReplaced() throws Exception {
        List<RawClient> large = new ArrayList<>();
        String half = "{\"fds\":[\"seccompFd\"],\"metadata\":\"" + "x".repeat(60_000);
        try (AgentUnderKeeper kept = AgentUnderKeeper.startWithin(
                        List.of("env", "SECCOMP_AGENT_JAVA_OPTS=-Xmx10m"), "demo-basic", "--log=warn");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(kept.socket()))) {
            Process calling = container.begin(CALLS);
            awaitCalls(container);
            long ready = kept.ready();

            for (int i = 0; i < 500 && kept.ready() == ready; i++) {
                RawClient client = RawClient.connect(kept.socket());
                large.add(client);
                client.send(half.getBytes(StandardCharsets.UTF_8), 1);
            }
            kept.keeper().awaitLog("ended with status 3");
            for (RawClient client : large) {
                client.close(); // else they are too much for the next agent too
            }
            kept.awaitAgentAfter(ready);
            kept.awaitAgentThatLasts();

            requireAnswers(kept, container, calling);
        } finally {
            for (RawClient client : large) {
                client.close();
            }
        }
    }
}
