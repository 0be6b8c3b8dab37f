package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The endpoint of an agent that is only said to be there. */
class HealthHandlerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger trials = new AtomicInteger();
    private final CountDownLatch answer = new CountDownLatch(1);
    private HTTPServer server;

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
        server = HTTPServer.builder()
                .inetAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .registry(new PrometheusRegistry())
                .registerHealthHandler(false)
                .defaultHandler(new HealthHandler(() -> true, readiness))
                .buildAndStart();
    }

    private CompletableFuture<HttpResponse<String>> ask(String path) {
        URI uri = URI.create("http://localhost:" + server.getPort() + path);
        return client.sendAsync(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** As an agent that does not answer, until the test wants it to. */
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
        await().until(() -> more.stream().filter(CompletableFuture::isDone).count() == 27);
        answer.countDown();

        assertThat(first.get().body()).isEqualTo("no answer: ETIMEDOUT\n");
        for (CompletableFuture<HttpResponse<String>> each : more) {
            assertThat(each.get().statusCode()).isEqualTo(503);
            assertThat(each.get().body().lines()).hasSize(1);
        }
        assertThat(more.stream()
                        .map(each -> each.join().body())
                        .filter(first.get().body()::equals))
                .hasSize(3);
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
}
