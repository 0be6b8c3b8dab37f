package io.github.seccompagent.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint of an agent that is only simulated. */
class MetricsEndpointTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger trials = new AtomicInteger();
    private final CountDownLatch answer = new CountDownLatch(1);
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private MetricsEndpoint server;

    @AfterEach
    void stop() {
        answer.countDown();
        server.close();
    }

    private void start(Runnable trial, Duration keep) throws IOException {
        Readiness readiness = new Readiness(
                () -> {
                    trials.incrementAndGet();
                    trial.run();
                },
                keep);
        server = MetricsEndpoint.start(
                MetricsEndpoint.bind(BindAddress.parse("", "127.0.0.1:0")),
                new MetricsPage(registry, () -> {}),
                new HealthHandler(() -> true, readiness),
                readiness);
    }

    private URI uri(String path) {
        try {
            return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CompletableFuture<HttpResponse<String>> ask(String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(uri(path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Acts as an agent that does not answer until the test wants it to. */
    private void hang() {
        try {
            answer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new ErrnoException(Errno.ETIMEDOUT, "no answer");
    }

    @Test
    void manyWhoAskWhetherItIsReadyShareATrialAndKeepNobodyElseAway() throws Exception {
        start(this::hang, Duration.ofHours(1));
        CompletableFuture<HttpResponse<String>> first = ask("/readyz");
        await().until(() -> trials.get() == 1);
        List<CompletableFuture<HttpResponse<String>>> more =
                Stream.generate(() -> ask("/readyz")).limit(30).toList();

        assertThat(ask("/healthz").get().body()).isEqualTo("ok\n");
        assertThat(ask("/metrics").get().statusCode()).isEqualTo(200);
        assertThat(first).isNotDone();
        assertThat(more).noneMatch(CompletableFuture::isDone);
        answer.countDown();

        assertThat(first.get().body()).isEqualTo("no answer: ETIMEDOUT\n");
        for (CompletableFuture<HttpResponse<String>> each : more) {
            assertThat(each.get().statusCode()).isEqualTo(503);
            assertThat(each.get().body()).isEqualTo("no answer: ETIMEDOUT\n");
        }
        assertThat(trials).hasValue(1);
    }

    @Test
    void aResultHoldsForAWhile() throws Exception {
        start(() -> {}, Duration.ofHours(1));
        assertThat(ask("/readyz").get().body()).isEqualTo("ok\n");
        assertThat(ask("/readyz").get().statusCode()).isEqualTo(200);
        assertThat(trials).hasValue(1);
    }

    @Test
    void afterThatItIsTriedAgain() throws Exception {
        start(
                () -> {
                    if (trials.get() == 1) {
                        throw new ErrnoException(Errno.ECONNREFUSED, "connect");
                    }
                },
                Duration.ZERO);
        assertThat(ask("/readyz").get().statusCode()).isEqualTo(503);
        assertThat(ask("/readyz").get().body()).isEqualTo("ok\n");
        assertThat(trials).hasValue(2);
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return client.send(
                HttpRequest.newBuilder(uri(path)).headers(headers).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void metricsComeAsTheyAreAskedFor() throws Exception {
        start(() -> {}, Duration.ofHours(1));
        Counter.builder().name("cats").help("how many").register(registry).inc();
        Counter.builder().name("dogs").help("how many").register(registry).inc();

        HttpResponse<byte[]> plain = get("/metrics", "X", "");
        assertThat(plain.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(new String(plain.body(), UTF_8)).contains("cats_total 1.0\n", "dogs_total 1.0\n");

        HttpResponse<byte[]> open = get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
        assertThat(open.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(new String(open.body(), UTF_8)).endsWith("# EOF\n");

        HttpResponse<byte[]> zipped = get("/metrics", "Accept-Encoding", "gzip");
        assertThat(zipped.headers().firstValue("content-encoding")).hasValue("gzip");
        try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(unzipped.readAllBytes()).isEqualTo(plain.body());
        }

        HttpResponse<byte[]> some = get("/metrics?name%5B%5D=dogs_total", "X", "");
        assertThat(new String(some.body(), UTF_8)).contains("dogs_total").doesNotContain("cats_total");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/metrics", "/none"})
    void aHeadHasNoBody(String path) throws Exception {
        start(() -> {}, Duration.ofHours(1));
        HttpResponse<byte[]> head = client.send(
                HttpRequest.newBuilder(uri(path))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());

        assertThat(head.statusCode()).isEqualTo(path.equals("/none") ? 404 : 200);
        assertThat(head.body()).isEmpty();
    }
}
