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
 * The metrics, in the format that a client asks for. Writing them takes milliseconds and memory. So its own thread does
 * it, for one request at a time, for the clients' addresses in turns, and during a fifth of the time at most. Safe for
 * use by several threads.
 */
final class MetricsPage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);
    private static final int MAX_WAITING = 512;
    private static final int REST = 4; // the thread rests this many times as long as it has worked

    private final PrometheusRegistry registry;
    private final Runnable register;
    private final FairQueue<InetAddress, Scrape> waiting = new FairQueue<>(MAX_WAITING, MAX_WAITING);
    private final Thread thread = new Thread(this::run, "metrics");
    private boolean failed; // used only by the thread above

    private record Scrape(HttpRequest request, HttpHandler.Reply reply) {}

    /**
     * Begins to serve.
     *
     * @param register puts the metrics into the registry; the page's own thread does that, because it takes long
     */
    MetricsPage(PrometheusRegistry registry, Runnable register) {
        this.registry = registry;
        this.register = register;
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes a request. The thread answers it later. */
    void handle(HttpRequest request, HttpHandler.Reply reply) {
        waiting.offer(request.client(), new Scrape(request, reply))
                .ifPresent(dropped ->
                        dropped.reply.send(HttpAnswer.text(HttpAnswer.UNAVAILABLE, "too many requests for metrics")));
    }

    private void run() {
        try {
            registerAll();
            PrometheusScrapeHandler metrics = new PrometheusScrapeHandler(registry);
            for (Optional<Scrape> next = waiting.take(); next.isPresent(); next = waiting.take()) {
                long begin = System.nanoTime();
                next.get().reply.send(write(metrics, next.get().request));
                TimeUnit.NANOSECONDS.sleep(REST * (System.nanoTime() - begin));
            }
        } catch (InterruptedException closed) {
            // the server cuts the connections that still wait
        }
    }

    private void registerAll() {
        try {
            register.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("not all metrics are served", e);
        }
    }

    private HttpAnswer write(PrometheusScrapeHandler metrics, HttpRequest request) {
        ScrapeExchange exchange = new ScrapeExchange(request);
        try {
            metrics.handleRequest(exchange);
            return exchange.answer();
        } catch (IOException | RuntimeException e) {
            if (!failed) { // the line would be the same each time
                failed = true;
                LOG.error("the metrics cannot be written (only the first failure is logged)", e);
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
