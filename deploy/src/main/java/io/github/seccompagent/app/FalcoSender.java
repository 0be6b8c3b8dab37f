package io.github.seccompagent.app;

import io.github.seccompagent.api.LogLimit;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events one after the other, those of the accounts in turns, by a thread that nobody waits for: what it cannot send
 * in time is dropped. Safe for use
 * by several threads.
 */
final class FalcoSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FalcoSender.class);
    private static final LogLimit NEWS = new LogLimit(LOG::info);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    /** Of one account, however many listeners it has: so it loses no events but its own. */
    static final int MAX_WAITING_OF_ACCOUNT = 512;

    private static final int MAX_WAITING = 8192;
    private static final long LAST_SECONDS = 2;

    private final Path socket;
    private final FairQueue<String, FalcoEvent> events = new FairQueue<>(MAX_WAITING_OF_ACCOUNT, MAX_WAITING);
    private final Thread thread = new Thread(this::run, "falco");
    private final Counter sent;
    private final Counter dropped;

    FalcoSender(Path socket, PrometheusRegistry metrics) {
        this.socket = socket;
        sent = counter("sent", "events that Falco has taken", metrics);
        dropped = counter("dropped", "events that Falco was not there for, or too slow", metrics);
        thread.setDaemon(true);
    }

    private static Counter counter(String what, String help, PrometheusRegistry metrics) {
        return Counter.builder()
                .name("seccompagent_falco_events_" + what)
                .help(help)
                .register(metrics);
    }

    /** To be called before the first event. */
    synchronized void begin() {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    /**
     * Takes an event, or drops it; in either case at once.
     *
     * @param account whose it is
     */
    void publish(String account, FalcoEvent event) {
        events.offer(account, event).ifPresent(lost -> dropped.inc());
    }

    private void run() {
        try (FalcoClient falco = new FalcoClient(socket)) {
            boolean works = true;
            for (Optional<FalcoEvent> event = events.take(); event.isPresent(); event = events.take()) {
                Optional<String> trouble = send(falco, event.get());
                (trouble.isEmpty() ? sent : dropped).inc();
                tellChange(works, trouble);
                works = trouble.isEmpty();
            }
        } catch (InterruptedException closed) {
            LOG.warn("the last events for Falco are dropped, since nobody takes them in time at {}", socket);
        } catch (IOException e) {
            LOG.error("events for Falco are dropped: {}", e.getMessage());
        }
    }

    private static Optional<String> send(FalcoClient falco, FalcoEvent event) throws InterruptedException {
        try {
            return falco.publish(event);
        } catch (RuntimeException e) { // whatever it is, the next event is not to be lost for it
            return Optional.of(e.toString());
        }
    }

    private void tellChange(boolean worked, Optional<String> trouble) {
        if (worked && trouble.isPresent()) {
            WARNINGS.log(
                    "",
                    () -> "events for Falco are dropped, since nobody takes them at " + socket + ": " + trouble.get());
        } else if (!worked && trouble.isEmpty()) {
            NEWS.log("", () -> "Falco takes events again");
        }
    }

    /**
     * Ends it, when it has sent what waits, or after two seconds. A program that ends soon is gone before the first of its
     * events is sent. To be called when no more events come; more than once, if need be.
     */
    @Override
    public void close() {
        if (!thread.isAlive()) {
            return;
        }
        try {
            events.close();
            TimeUnit.SECONDS.timedJoin(thread, LAST_SECONDS);
            thread.interrupt();
            thread.join(); // it waits for nothing else
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
