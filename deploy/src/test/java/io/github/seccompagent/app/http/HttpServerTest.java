package io.github.seccompagent.app.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends byte for byte what a client can send, and checks what it gets. */
class HttpServerTest {
    private final CompletableFuture<HttpHandler.Reply> held = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.start(new InetSocketAddress("127.0.0.1", 0), this::answer);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void answer(HttpRequest request, HttpHandler.Reply reply) {
        if (request.path().equals("/later")) {
            held.complete(reply);
        } else {
            reply.send(HttpAnswer.text(HttpAnswer.OK, request.method() + " " + request.path() + " " + request.query()));
        }
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** All bytes that come until the server closes. */
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private String exchange(String sent) throws IOException {
        try (Socket socket = connect()) {
            send(socket, sent);
            return rest(socket);
        }
    }

    private static String ok(String body, boolean closes) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + (body.length() + 1)
                + "\r\n" + (closes ? "Connection: close\r\n" : "") + "\r\n" + body + "\n";
    }

    @Test
    void oneRequest() throws Exception {
        assertThat(exchange("GET /a%20b?c=d%26 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .isEqualTo(ok("GET /a b c=d%26", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.1\nconnection: Close\n\n",
                "GET http://a/ HTTP/1.0\r\n\r\n"
            })
    void otherSpellings(String request) throws Exception {
        assertThat(exchange(request)).isEqualTo(ok("GET / ", true));
    }

    @Test
    void severalAreAnsweredOneAfterTheOther() throws Exception {
        assertThat(exchange("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.0\r\n\r\n"))
                .isEqualTo(ok("GET /1 ", false) + ok("GET /2 ", false) + ok("GET /3 ", true));
    }

    @Test
    void thousandsAtATimeToo() throws Exception {
        try (Socket socket = connect()) {
            CompletableFuture<String> answers = CompletableFuture.supplyAsync(() -> {
                try {
                    return rest(socket);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            send(socket, "GET / HTTP/1.1\r\n\r\n".repeat(5000) + "GET / HTTP/1.0\r\n\r\n");
            assertThat(answers.get()).isEqualTo(ok("GET / ", false).repeat(5000) + ok("GET / ", true));
        }
    }

    @Test
    void aHeadInPieces() throws Exception {
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            for (char each : "GET / HTTP/1.0\r\n\r\n".toCharArray()) {
                send(socket, "" + each);
                Thread.sleep(5);
            }
            assertThat(rest(socket)).isEqualTo(ok("GET / ", true));
        }
    }

    @Test
    void whoHasSaidAllGetsHisAnswer() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "GET /later HTTP/1.1\r\n\r\n");
            socket.shutdownOutput();
            held.get().send(HttpAnswer.text(200, "late"));
            held.get().send(HttpAnswer.text(200, "twice"));

            assertThat(rest(socket)).isEqualTo(ok("late", false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n"})
    void bodiesAreNotRead(String body) throws Exception {
        assertThat(exchange("POST /p HTTP/1.1\r\n" + body)).isEqualTo(ok("POST /p ", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /\r\n\r\n",
                "\0\r\n\r\n",
                "GET / HTTP/2.0\r\n\r\n",
                "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                "GET /%zz HTTP/1.1\r\n\r\n"
            })
    void whatIsNoRequest(String sent) throws Exception {
        assertThat(exchange(sent)).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    @Test
    void aHeadThatIsTooLong() throws Exception {
        assertThat(exchange("GET / HTTP/1.1\r\nA: " + "a".repeat(HttpConnection.MAX_HEAD)))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
        String longest = "GET / HTTP/1.0\r\nA: ";
        String a = "a".repeat(HttpConnection.MAX_HEAD - longest.length() - 4);
        assertThat(exchange(longest + a + "\r\n\r\n")).isEqualTo(ok("GET / ", true));
    }

    @Test
    void nobodyIsCutForTheManyOfAnotherAddress() throws Exception {
        List<Socket> flood = new ArrayList<>();
        try (Socket quiet = new Socket()) {
            quiet.bind(new InetSocketAddress("127.0.0.2", 0));
            quiet.connect(server.address());
            send(quiet, "GET / HTTP/1.0\r\n");
            for (int i = 0; i < 600; i++) {
                flood.add(connect());
            }
            assertThat(exchange("GET / HTTP/1.0\r\n\r\n")).isEqualTo(ok("GET / ", true));
            send(quiet, "\r\n");
            assertThat(rest(quiet)).isEqualTo(ok("GET / ", true));
            assertThat(flood.get(0).getInputStream())
                    .satisfies(first -> assertThatThrownBy(() -> {
                                if (first.read() < 0) {
                                    throw new IOException("closed");
                                }
                            })
                            .isInstanceOf(IOException.class));
        } finally {
            for (Socket each : flood) {
                each.close();
            }
        }
    }
}
