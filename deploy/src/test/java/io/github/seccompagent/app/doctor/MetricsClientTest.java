package io.github.seccompagent.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever answers at the address of the metrics holds nobody up. */
class MetricsClientTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";

    @AutoClose
    private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    MetricsClientTest() throws IOException {}

    private interface Answer {
        void to(OutputStream client) throws Exception;
    }

    /** Answers all clients like this. */
    private void answers(Answer answer) {
        Thread serving = new Thread(() -> {
            while (true) {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[10_000]);
                    answer.to(client.getOutputStream());
                } catch (IOException gone) {
                    if (server.isClosed()) {
                        return;
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        serving.setDaemon(true);
        serving.start();
    }

    private static void drip(String text, OutputStream client) throws Exception {
        while (true) {
            for (byte each : text.getBytes(StandardCharsets.US_ASCII)) {
                client.write(each);
                Thread.sleep(100);
            }
        }
    }

    private MetricsClient client(Duration patience) {
        return new MetricsClient(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), patience);
    }

    private void takesTooLong() {
        MetricsClient client = client(Duration.ofSeconds(2));
        assertTimeoutPreemptively(
                LONG,
                () -> assertThatThrownBy(() -> client.get("/metrics"))
                        .isInstanceOf(IOException.class)
                        .hasMessage("there is no whole answer after 2 seconds"));
    }

    @Test
    void aPage() throws IOException {
        answers(client -> client.write((HEAD + "a\n\nb").getBytes(StandardCharsets.US_ASCII)));

        assertThat(client(LONG).get("/metrics")).isEqualTo(new MetricsClient.Page(200, "a\n\nb"));
    }

    /** Each byte comes in time. */
    @ParameterizedTest
    @ValueSource(strings = {"", HEAD, "HTTP/1.1 200 OK\r\n"})
    void aServerThatDrips(String first) {
        answers(client -> {
            client.write(first.getBytes(StandardCharsets.US_ASCII));
            drip("HTTP/1.1 200 OK\r\nA: b\r\n", client);
        });

        takesTooLong();
    }

    @Test
    void aServerThatSaysNothing() {
        answers(client -> Thread.sleep(LONG.toMillis()));

        takesTooLong();
    }

    @Test
    void allPagesHaveOneDeadline() throws Exception {
        answers(client -> client.write((HEAD + "a").getBytes(StandardCharsets.US_ASCII)));
        MetricsClient client = client(Duration.ofSeconds(2));
        assertThat(client.get("/metrics").text()).isEqualTo("a");

        Thread.sleep(2100);

        assertThatThrownBy(() -> client.get("/readyz")).hasMessageContaining("after 2 seconds");
    }

    @Test
    void aPageWithoutEnd() {
        answers(client -> {
            client.write(HEAD.getBytes(StandardCharsets.US_ASCII));
            while (true) {
                client.write(new byte[1 << 20]);
            }
        });

        assertThatThrownBy(() -> client(LONG).get("/metrics")).hasMessageContaining("larger than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "HTTP/1.1 200 OK", "HTTP/1.1 abc\r\n\r\n", "HTTP/2 200\r\n\r\n"})
    void noHttp(String text) {
        answers(client -> client.write(text.getBytes(StandardCharsets.US_ASCII)));

        assertThatThrownBy(() -> client(LONG).get("/metrics"))
                .isInstanceOf(IOException.class)
                .hasMessage("the answer is not HTTP");
    }
}
