package io.github.seccompagent.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.seccompagent.resolver.PodIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests against a server with TLS. Only the service account's ca.crt makes its certificate trusted. */
class KubernetesApiTest {
    private static final String UID = "0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff";
    private static final String POD = """
            {"metadata": {"namespace": "shop", "name": "cart", "uid": "%s"},
             "spec": {"containers": [{"name": "web"}]}}""".formatted(UID);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private static Path keys;

    private static SSLContext certificate;

    @TempDir
    private Path account;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch broken = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpsServer server;
    private KubernetesApi api;
    private volatile int status = 200;
    private volatile String pods = POD;
    private volatile boolean silent;
    private volatile boolean endless;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = ClusterCertificate.in(keys);
    }

    @BeforeEach
    void start() throws Exception {
        Files.copy(keys.resolve("ca.crt"), account.resolve("ca.crt"));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        Files.writeString(account.resolve("token"), "first\n");
        api = new KubernetesApi(address(), account, Duration.ofMinutes(1));
    }

    private KubernetesApi hasty() {
        return new KubernetesApi(address(), account, SHORT);
    }

    private URI address() {
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void asksForThePodsOfTheNodeWithTheTokenOfTheMoment() throws Exception {
        assertThat(api.pods("node 1")
                        .path("items")
                        .path(0)
                        .path("metadata")
                        .path("name")
                        .asText())
                .isEqualTo("cart");
        Files.writeString(account.resolve("token"), "second");
        api.pods("");
        assertThat(requests)
                .containsExactly(
                        "GET /api/v1/pods?fieldSelector=spec.nodeName%3Dnode+1 Bearer first",
                        "GET /api/v1/pods Bearer second");
    }

    @Test
    void trustsNobodyButTheCluster() throws Exception {
        Path others = Files.createDirectory(account.resolve("others"));
        ClusterCertificate.in(others);
        Files.copy(others.resolve("ca.crt"), account.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> api.pods(""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("SSLHandshakeException");
        assertThat(requests).isEmpty();
    }

    @Test
    void aRefusalIsAnError() {
        status = 403;
        assertThatThrownBy(() -> api.pods("")).isInstanceOf(IOException.class).hasMessageContaining("status 403");
    }

    @Test
    void anAnswerThatDoesNotEndIsGivenUp() {
        silent = true;
        assertThatThrownBy(() -> hasty().pods(""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PT0.3S");
    }

    @Test
    void aConnectionWhoseTimeIsOverIsClosed() throws Exception {
        api.pods(""); // loads everything that must be loaded once
        endless = true;
        assertThatThrownBy(() -> hasty().pods(""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PT0.3S");
        await().until(() -> broken.getCount() == 0);
    }

    @Test
    void anAnswerThatIsTooLargeIsGivenUp() {
        pods = POD + " ".repeat(KubernetesApi.MAX_BYTES);
        assertThatThrownBy(() -> api.pods(""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than 8388608 bytes");
    }

    @Test
    void ofAPodOnlyItsNamesAreKept() throws Exception {
        pods = """
                {"metadata": {"namespace": "shop", "name": "cart", "labels": {"name": "x"},
                              "annotations": {"note": "%s"}},
                 "spec": {"containers": [{"name": "web", "env": [{"name": "A", "value": "B"}]}],
                          "volumes": [{"name": "v"}]},
                 "status": {"containerStatuses": [{"name": "web", "containerID": "cri-o://c1", "image": "i"}]}}\
                """.formatted("x".repeat(1 << 20));
        assertThat(api.pods("")).hasToString("""
                {"items":[{"metadata":{"namespace":"shop","name":"cart"},"spec":{"containers":[{"name":"web"}]},\
                "status":{"containerStatuses":[{"name":"web","containerID":"cri-o://c1"}]}}]}""");
    }

    @Test
    void whatIsNoJsonIsAnErrorOfOneLine() {
        pods = "<html>";
        assertThatThrownBy(() -> api.pods(""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no JSON")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aPodIsAskedForOnceAndThenKnown() {
        KubernetesPods lookup = new KubernetesPods(() -> api.pods("n"), Duration.ofHours(1));
        assertThat(lookup.find(UID, "c1")).isEqualTo(new PodIdentity("shop", "cart", "web", UID));
        assertThat(lookup.find(UID, "c2")).isEqualTo(new PodIdentity("shop", "cart", "web", UID));
        assertThat(requests).hasSize(1);
    }

    @Test
    void aPodThatIsNotThereIsNotAskedForAllTheTime() {
        KubernetesPods lookup = new KubernetesPods(() -> api.pods("n"), Duration.ofHours(1));
        assertThat(lookup.find("other", "c")).isEqualTo(new PodIdentity("", "", "", "other"));
        assertThat(lookup.find("other", "c")).isEqualTo(new PodIdentity("", "", "", "other"));
        assertThat(requests).hasSize(1);
    }

    @Test
    void aNewPodIsFoundAfterThePause() {
        pods = "";
        KubernetesPods lookup = new KubernetesPods(() -> api.pods("n"), Duration.ZERO);
        assertThat(lookup.find(UID, "c").pod()).isEmpty();
        pods = POD;
        assertThat(lookup.find(UID, "c").pod()).isEqualTo("cart");
    }

    @Test
    void whileTheApiIsDownAPodHasNoNames() {
        KubernetesPods lookup = new KubernetesPods(() -> api.pods("n"), Duration.ZERO);
        server.stop(0);
        assertThat(lookup.find(UID, "c")).isEqualTo(new PodIdentity("", "", "", UID));
    }

    @Test
    void oneContainerOfManyIsToldByItsId() {
        pods = """
                {"metadata": {"namespace": "shop", "name": "cart", "uid": "%s"},
                 "spec": {"containers": [{"name": "web"}, {"name": "log"}], "initContainers": [{"name": "first"}]},
                 "status": {"initContainerStatuses": [{"name": "first", "containerID": "containerd://c0"}],
                            "containerStatuses": [{"name": "web", "containerID": "containerd://c1"},
                                                  {"name": "log", "containerID": "cri-o://c2"}]}}""".formatted(UID);
        KubernetesPods lookup = new KubernetesPods(() -> api.pods("n"), Duration.ZERO);
        assertThat(lookup.find(UID, "c0").container()).isEqualTo("first");
        assertThat(lookup.find(UID, "c2").container()).isEqualTo("log");
        assertThat(lookup.find(UID, "c3").container()).isEmpty();
    }

    @Test
    void aStaticPodIsToldByTheHashOfItsFile() {
        pods = """
                {"metadata": {"namespace": "kube-system", "name": "etcd", "uid": "%s",
                              "annotations": {"kubernetes.io/config.hash": "3f5e1b2c9a8d47e6b1c0d2e3f4a5b6c7"}}}\
                """.formatted(UID);
        KubernetesPods lookup = new KubernetesPods(() -> api.pods("n"), Duration.ZERO);
        assertThat(lookup.find("3f5e1b2c9a8d47e6b1c0d2e3f4a5b6c7", "c").pod()).isEqualTo("etcd");
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] body = ("{\"items\": [" + pods + "]}").getBytes(UTF_8);
        if (endless) {
            drip(exchange);
        }
        exchange.sendResponseHeaders(status, body.length);
        if (silent) {
            exchange.getResponseBody().write(body, 0, 1);
            exchange.getResponseBody().flush();
            waitAtMost(Duration.ofMinutes(5));
        }
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Sends a byte now and then, until nobody takes them. */
    private void drip(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try {
            while (!waitAtMost(Duration.ofMillis(5))) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            }
        } catch (IOException e) {
            broken.countDown();
            throw e;
        }
    }

    /** Waits for the end of the test. Returns whether the end has come. */
    private boolean waitAtMost(Duration time) {
        try {
            return end.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }
}
