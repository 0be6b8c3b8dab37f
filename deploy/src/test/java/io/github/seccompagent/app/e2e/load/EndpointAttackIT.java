package io.github.seccompagent.app.e2e.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.HttpCrowd;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that can reach the endpoint cannot keep a kubelet from its answer. Otherwise the kubelet would restart the
 * agent.
 */
class EndpointAttackIT {
    private static final Duration ATTACK = Duration.ofMillis(1500);
    private static final int PATIENCE_MILLIS = 1000; // how long a kubelet waits by default
    private static final int MAX_DESCRIPTORS = 700;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("kubernetes", "--metrics-bind-address=127.0.0.1:0");

    private final InetSocketAddress address = new InetSocketAddress(
            InetAddress.getLoopbackAddress(), Scrape.address(AGENT).getPort());

    static Stream<Arguments> attacks() {
        String unfinished = "GET /healthz HTTP/1.1\r\n";
        return Stream.of(
                Arguments.of("a byte at a time", 50, new HttpCrowd.Manner("G", "E", 500, true)),
                Arguments.of("silent", 5000, new HttpCrowd.Manner("", "", 0, true)),
                Arguments.of("a byte at a time", 500, new HttpCrowd.Manner("G", "E", 500, true)),
                Arguments.of("endless heads", 200, new HttpCrowd.Manner(unfinished, "A: b\r\n", 1, true)),
                Arguments.of(
                        "endless bodies",
                        200,
                        new HttpCrowd.Manner(
                                "POST /healthz HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", "abcd", 1, true)),
                Arguments.of(
                        "metrics that nobody reads",
                        500,
                        new HttpCrowd.Manner(
                                "GET /metrics HTTP/1.1\r\n\r\n", "GET /metrics HTTP/1.1\r\n\r\n", 1, false)),
                Arguments.of("trials", 500, new HttpCrowd.Manner("GET /readyz HTTP/1.1\r\n\r\n", "", 0, true)),
                Arguments.of(
                        "one request after the other",
                        100,
                        new HttpCrowd.Manner("", "GET /healthz HTTP/1.1\r\n\r\n".repeat(100), 1, true)));
    }

    /** A client that is cut off connects again at once. */
    @ParameterizedTest(name = "{1} x {0}")
    @MethodSource("attacks")
    void healthIsToldAllTheSame(String name, int clients, HttpCrowd.Manner manner) throws Exception {
        int before = AGENT.fdCount();
        try (HttpCrowd crowd = HttpCrowd.begin(address, clients, manner)) {
            long end = System.nanoTime() + ATTACK.toNanos();
            int inTime = 0;
            int lateInARow = 0;
            int descriptors = 0;
            while (System.nanoTime() < end) {
                boolean answered = isHealthy();
                inTime += answered ? 1 : 0;
                lateInARow = answered ? 0 : lateInARow + 1;
                assertThat(lateInARow)
                        .as("answers that were late, of %d x %s", clients, name)
                        .isLessThan(3);
                descriptors = Math.max(descriptors, AGENT.fdCount());
                Thread.sleep(20);
            }
            assertThat(inTime).isGreaterThan(1);
            assertThat(descriptors).isLessThan(before + MAX_DESCRIPTORS);
            assertThat(crowd.connected()).isGreaterThanOrEqualTo(clients);
        }
        assertThat(ask("/metrics", 10_000)).startsWith("HTTP/1.1 200").contains("jvm_threads_current");
        assertThat(ask("/readyz", 10_000)).endsWith("ok\n");
        Await.until("the end of their connections").until(() -> AGENT.fdCount() < before + 20);
    }

    @Test
    void whoSaysNothingIsCut() throws Exception {
        try (Socket silent = new Socket(address.getAddress(), address.getPort())) {
            silent.setSoTimeout(15_000);
            assertThat(silent.getInputStream().readAllBytes()).isEmpty();
        } catch (IOException cut) {
            assertThat(cut).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Asks as a kubelet does. A late answer counts as none, and the third one in a row is too many. */
    private boolean isHealthy() throws IOException {
        try {
            assertThat(ask("/healthz", PATIENCE_MILLIS)).endsWith("\r\n\r\nok\n");
            return true;
        } catch (IOException lateOrCut) {
            return false;
        }
    }

    /** What a new client with a new connection gets within a time. */
    private String ask(String path, int millis) throws IOException {
        try (Socket socket = new Socket()) {
            long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
            socket.connect(address, millis);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(ISO_8859_1));
            socket.setSoTimeout(
                    (int) Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis()));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
