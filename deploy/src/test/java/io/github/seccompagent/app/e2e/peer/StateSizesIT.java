package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Sends states of the largest size in every shape. The agent survives with its 64 MiB, logs little, and serves the next
 * container. An agent that runs out of memory would end.
 */
class StateSizesIT {
    private static final int LARGE = 1_000_000;
    private static final int AT_ONCE = 8;
    private static final int LONGEST_LINE = 2_000;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("kubernetes");

    private static String state(String name, String value) {
        return "{\"ociVersion\":\"1\",\"fds\":[\"seccompFd\"],\"pid\":1,\"metadata\":\"\",\"state\":{\"id\":\"large\","
                + "\"status\":\"creating\",\"pid\":1,\"bundle\":\"/\",\"" + name + "\":" + value + "}}";
    }

    private static String string(String part) {
        return '"' + part.repeat(LARGE / part.length()) + '"';
    }

    /** Names of annotations that share one hash code. */
    private static String colliding(String prefix) {
        StringBuilder names = new StringBuilder("{");
        for (int i = 0; names.length() < LARGE; i++) {
            names.append(i == 0 ? "\"" : ",\"").append(prefix);
            for (int bit = 0; bit < 16; bit++) {
                names.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            names.append("\":\"v\"");
        }
        return names.append('}').toString();
    }

    static Stream<String> states() {
        Stream<String> texts = Stream.of("id", "status", "bundle", "ociVersion", "other", "annotations")
                .flatMap(name -> Stream.of("x", "\\u0001", "\u20ac", "\\n").map(part -> state(name, string(part))));
        Stream<String> others = Stream.of(
                state("pid", "1" + "0".repeat(LARGE)),
                state("pid", "1e999999999"),
                state("x".repeat(LARGE), "1"),
                state("x", "[".repeat(LARGE)),
                state("x", "[" + "1,".repeat(LARGE / 2) + "1]"),
                state("annotations", colliding("")),
                state("annotations", colliding("io.kubernetes.cri.")),
                state("annotations", "{\"io.kubernetes.pod.name\":" + string("x") + "}"),
                state(
                        "annotations",
                        "{\"io.kubernetes.pod.name\":" + string("x").substring(0, 100_000) + "\"}"),
                state("x", "1").replace("\"metadata\":\"\"", "\"metadata\":" + string("A=b\\n")),
                state("x", "1").replace("[\"seccompFd\"]", "[" + string("x") + "]"),
                state("x", "1").replace("[\"seccompFd\"]", "[" + "\"x\",".repeat(LARGE / 4) + "\"x\"]"));
        return Stream.concat(texts, others);
    }

    private static void send(String state) throws IOException {
        List<RawClient> clients =
                IntStream.range(0, AT_ONCE).mapToObj(i -> client()).toList();
        byte[] bytes = state.getBytes(StandardCharsets.UTF_8);
        // First all states without their ends, so that the agent must hold what it wants of all of them at once.
        for (RawClient client : clients) {
            client.send(Arrays.copyOf(bytes, bytes.length - 3), 1);
        }
        for (RawClient client : clients) {
            client.send(Arrays.copyOfRange(bytes, bytes.length - 3, bytes.length), 0);
        }
        for (RawClient client : clients) {
            assertThat(client.isClosedByPeer()).isTrue();
            client.close();
        }
    }

    private static RawClient client() {
        try {
            return RawClient.connect(AGENT.socket());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theNextContainerIsServed() throws IOException {
        for (String state : states().toList()) {
            send(state);
        }
        assertThat(AGENT.log()).allMatch(line -> line.length() < LONGEST_LINE);
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(AGENT.socket()))) {
            container.shell("mkdir /x").orFail();
            AGENT.awaitLog("container " + container.id() + ": serving process");
        }
    }
}
