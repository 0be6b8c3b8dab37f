package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Alone;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Crowd;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends to the socket what no runtime would send. The agent logs it and closes the connection, and nobody else notices.
 */
@Alone
class BadInputIT {
    private static final String STATE = """
            {"ociVersion":"1.0.2","fds":["seccompFd"],"pid":1,"metadata":"",
             "state":{"ociVersion":"1.0.2","id":"bad-input","status":"creating","pid":1,"bundle":"/"}}
            """;
    private static final int ROUNDS = 20;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic", "--handshake-timeout=1s");

    /** A message, its result, and whether the peer then shuts down its side. */
    private record Message(String name, String text, int fds, boolean ends, String reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Message> messages() {
        return List.of(
                new Message("no descriptor", STATE, 0, false, "it carries no descriptor"),
                new Message("two descriptors", STATE, 2, false, "it carries more than one descriptor"),
                new Message("253 descriptors", STATE, 253, false, "it carries more than one descriptor"),
                new Message(
                        "253 descriptors with half of it",
                        STATE.substring(0, 100),
                        253,
                        false,
                        "it carries more than 8 descriptors"),
                new Message(
                        "fewer descriptors than names",
                        STATE.replace("[\"", "[\"a\",\"b\",\""),
                        2,
                        false,
                        "it carries fewer than 3 descriptors"),
                new Message(
                        "more descriptors than names",
                        STATE.replace("[\"", "[\"a\",\""),
                        3,
                        false,
                        "it carries more than 2 descriptors"),
                new Message("no listener", STATE, 1, false, "container bad-input: "),
                new Message(
                        "other name",
                        STATE.replace("seccompFd", "otherFd"),
                        1,
                        false,
                        "its \"fds\" should be [\"seccompFd\"] and are [otherFd]"),
                new Message("no fds", STATE.replace("fds", "sdf"), 1, false, "its \"fds\" should be"),
                new Message("no container", STATE.replace("bad-input", ""), 1, false, "it has no container id"),
                new Message("no JSON", "GET / HTTP/1.1\n", 1, false, "it is no JSON"),
                new Message("broken JSON", "{\"fds\": nonsense}", 1, false, "it is no JSON"),
                new Message("half of it", STATE.substring(0, 100), 1, true, "it ends in the middle"),
                new Message("nothing", "", 0, true, "said nothing"),
                new Message("2 MB", STATE.replace("bad-input", "x".repeat(2_000_000)), 1, false, "it is longer than"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void isLoggedAndClosed(Message message) throws IOException {
        long before = AGENT.countLogged(message.reason());

        try (RawClient client = RawClient.connect(AGENT.socket())) {
            client.send(message.text().getBytes(StandardCharsets.UTF_8), message.fds());
            if (message.ends()) {
                client.end();
            }
            assertThat(client.isClosedByPeer()).isTrue();
        }

        Await.until("its reason in the log").until(() -> AGENT.countLogged(message.reason()) > before);
    }

    @Test
    void theLogNamesThePeer() throws IOException {
        try (RawClient client = RawClient.connect(AGENT.socket())) {
            client.send("?".getBytes(StandardCharsets.UTF_8), 0);
            AGENT.awaitLog("pid " + ProcessHandle.current().pid() + ", uid 0", "it is no JSON");
        }
    }

    @Test
    void noDescriptorIsLeftBehind() throws IOException {
        everyMessage(); // so that everything that is opened only once is open
        int before = AGENT.fdCount();

        for (int round = 0; round < ROUNDS; round++) {
            everyMessage();
        }

        Await.until("as many descriptors as before").until(() -> AGENT.fdCount() <= before);
    }

    private static void everyMessage() throws IOException {
        for (Message message : messages()) {
            try (RawClient client = RawClient.connect(AGENT.socket())) {
                client.send(message.text().getBytes(StandardCharsets.UTF_8), message.fds());
                if (message.ends()) {
                    client.end();
                }
                assertThat(client.isClosedByPeer()).isTrue();
            }
        }
    }

    @Test
    void whoSaysNothingIsClosedWhenTheTimeIsOver() throws IOException {
        try (RawClient silent = RawClient.connect(AGENT.socket());
                RawClient slow = RawClient.connect(AGENT.socket())) {
            slow.send("{".getBytes(StandardCharsets.UTF_8), 1);

            assertThat(silent.isClosedByPeer()).isTrue();
            assertThat(slow.isClosedByPeer()).isTrue();
            AGENT.awaitLog("the peer says nothing");
            AGENT.awaitLog("the rest of the state does not come; there are 1 bytes");
        }
    }

    /** Meanwhile many peers send nothing, and others send nonsense all the time. */
    @ParameterizedTest
    @EnumSource
    void othersAreServedWithoutDelay(OciRuntime runtime) throws IOException, InterruptedException {
        try (AgentProcess agent = AgentProcess.start("demo-basic"); // with the usual handshake timeout
                Crowd crowd = Crowd.connect(agent.socket(), 50);
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            Thread nonsense = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    try (RawClient client = RawClient.connect(agent.socket())) {
                        client.send("?".getBytes(StandardCharsets.UTF_8), 2);
                        client.isClosedByPeer();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            nonsense.start();
            try {
                container.shell("mkdir /first").orFail();
                String seconds = container
                        .shell("a=$(cut -d' ' -f1 /proc/uptime); mkdir /x; echo $a $(cut -d' ' -f1 /proc/uptime)")
                        .orFail();
                assertThat(container.hasFolder("/x" + container.suffix())).isTrue();
                assertThat(difference(seconds)).isLessThan(Duration.ofMillis(500));
                assertThat(crowd.connected()).isEqualTo(50);
            } finally {
                nonsense.interrupt();
                nonsense.join();
            }
        }
    }

    private static Duration difference(String twoTimes) {
        double[] seconds =
                Stream.of(twoTimes.split(" ")).mapToDouble(Double::parseDouble).toArray();
        return Duration.ofMillis(Math.round(1000 * (seconds[1] - seconds[0])));
    }
}
