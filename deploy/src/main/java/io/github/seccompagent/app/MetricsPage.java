package io.github.seccompagent.app;

import io.github.seccompagent.app.http.HttpAnswer;
import io.github.seccompagent.app.http.HttpHandler;
import io.github.seccompagent.app.http.HttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusScrapeHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbers, in the format that a client asks for. To write them takes milliseconds and memory, so a thread of its own does
 * that, for one after the other and for each address in turn, and for a fifth of its time at most. Safe for use by several
 * threads.
 */
final class MetricsPage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);
    private static final int MAX_WAITING = 512;
    private static final int REST = 4; // times as long as it has worked

    private final PrometheusScrapeHandler metrics;
    private final FairQueue<InetAddress, Scrape> waiting = new FairQueue<>(MAX_WAITING, MAX_WAITING);
    private final Thread thread = new Thread(this::run, "metrics");
    private boolean failed; // for use by that thread

    private record Scrape(HttpRequest request, HttpHandler.Reply reply) {}

    MetricsPage(PrometheusRegistry registry) {
        metrics = new PrometheusScrapeHandler(registry);
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers a request later. */
    void handle(HttpRequest request, HttpHandler.Reply reply) {
        waiting.offer(request.client(), new Scrape(request, reply))
                .ifPresent(dropped ->
                        dropped.reply.send(HttpAnswer.text(HttpAnswer.UNAVAILABLE, "too many ask for the metrics")));
    }

    private void run() {
        try {
            for (Optional<Scrape> next = waiting.take(); next.isPresent(); next = waiting.take()) {
                long begin = System.nanoTime();
                next.get().reply.send(write(next.get().request));
                TimeUnit.NANOSECONDS.sleep(REST * (System.nanoTime() - begin));
            }
        } catch (InterruptedException closed) {
            // whoever still waits is cut with all others
        }
    }

    private HttpAnswer write(HttpRequest request) {
        ScrapeExchange exchange = new ScrapeExchange(request);
        try {
            metrics.handleRequest(exchange);
            return exchange.answer();
        } catch (IOException | RuntimeException e) {
            if (!failed) { // it would be the same line each time
                failed = true;
                LOG.error("the metrics cannot be written, of which the first reason is logged", e);
            }
            return HttpAnswer.text(HttpAnswer.SERVER_ERROR, "the metrics cannot be written; the log says why");
        }
    }

    @Override
    public void close() {
        waiting.close();
        thread.interrupt();
    }
}
