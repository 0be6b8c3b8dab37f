package io.github.seccompagent.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.seccompagent.resolver.PodIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server with TLS, whose certificate only the service account's ca.crt vouches for. */
class KubernetesApiTest {
    private static final String UID = "0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff";
    private static final String POD = """
            {"metadata": {"namespace": "shop", "name": "cart", "uid": "%s"},
             "spec": {"containers": [{"name": "web"}]}}""".formatted(UID);
    private static final Duration DEADLINE = Duration.ofMillis(700);

    @TempDir
    private Path account;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpsServer server;
    private KubernetesApi api;
    private volatile int status = 200;
    private volatile String pods = POD;
    private volatile boolean silent;

    @BeforeEach
    void start() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(withNewCertificate()));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        Files.writeString(account.resolve("token"), "first\n");
        URI address = URI.create("https://localhost:" + server.getAddress().getPort());
        api = new KubernetesApi(address, account, DEADLINE);
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
        withNewCertificate();
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
        assertThatThrownBy(() -> api.pods("")).isInstanceOf(IOException.class).hasMessageContaining("PT0.7S");
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
                              "annotations": {"kubernetes.io/config.hash": "3f5e1b2c9a8d47e6b1c0d2e3f4a5b6c7"}}}""".formatted(UID);
        KubernetesPods lookup = new KubernetesPods(() -> api.pods("n"), Duration.ZERO);
        assertThat(lookup.find("3f5e1b2c9a8d47e6b1c0d2e3f4a5b6c7", "c").pod()).isEqualTo("etcd");
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] body = ("{\"items\": [" + pods + "]}").getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        if (silent) {
            exchange.getResponseBody().write(body, 0, 1);
            exchange.getResponseBody().flush();
            await();
        }
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leaves it in ca.crt too. */
    private SSLContext withNewCertificate() throws Exception {
        Path keys = account.resolve("keys.p12");
        Files.deleteIfExists(keys);
        keytool("-genkeypair", "-alias", "k", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost");
        keytool(
                "-exportcert",
                "-alias",
                "k",
                "-rfc",
                "-file",
                account.resolve("ca.crt").toString());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "secret".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add(
                0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-keystore", account.resolve("keys.p12").toString(), "-storepass", "secret"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
