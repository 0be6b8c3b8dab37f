package io.github.seccompagent.app;

import io.github.seccompagent.api.LogLimit;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events with its own thread. It sends one event after the other and serves the accounts in turns. Nobody
 * waits for it: an event that cannot be sent in time is dropped. Safe for use by several threads.
 */
final class FalcoSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FalcoSender.class);
    private static final LogLimit NEWS = new LogLimit(LOG::info);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    /**
     * The limit for one account, with all its listeners. So an account that floods the queue loses only its own events.
     */
    static final int MAX_WAITING_OF_ACCOUNT = 512;

    private static final int MAX_WAITING = 8192;
    private static final long LAST_SECONDS = 2;

    private final Path socket;
    private final FairQueue<String, FalcoEvent> events = new FairQueue<>(MAX_WAITING_OF_ACCOUNT, MAX_WAITING);
    private final Thread thread = new Thread(this::run, "falco");
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    FalcoSender(Path socket) {
        this.socket = socket;
        thread.setDaemon(true);
    }

    void register(PrometheusRegistry metrics) {
        register("sent", "events that Falco took", sent, metrics);
        register("dropped", "events that were dropped because Falco was away or too slow", dropped, metrics);
    }

    private static void register(String what, String help, AtomicLong count, PrometheusRegistry metrics) {
        CounterWithCallback.builder()
                .name("seccompagent_falco_events_" + what)
                .help(help)
                .callback(callback -> callback.call(count.get()))
                .register(metrics);
    }

    /** Starts the thread. Call this before the first event. Further calls do nothing. */
    synchronized void begin() {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    /**
     * Takes an event or drops it. Returns at once.
     *
     * @param account the account that the event is charged to
     */
    void publish(String account, FalcoEvent event) {
        events.offer(account, event).ifPresent(lost -> dropped.incrementAndGet());
    }

    private void run() {
        try (FalcoClient falco = new FalcoClient(socket)) {
            boolean works = true;
            for (Optional<FalcoEvent> event = events.take(); event.isPresent(); event = events.take()) {
                Optional<String> trouble = send(falco, event.get());
                (trouble.isEmpty() ? sent : dropped).incrementAndGet();
                logChange(works, trouble);
                works = trouble.isEmpty();
            }
        } catch (InterruptedException closed) {
            LOG.warn("the last events for Falco are dropped: nobody takes them in time at {}", socket);
        } catch (IOException e) {
            LOG.error("events for Falco are dropped: {}", e.getMessage());
        }
    }

    private static Optional<String> send(FalcoClient falco, FalcoEvent event) throws InterruptedException {
        try {
            return falco.publish(event);
        } catch (RuntimeException e) { // whatever it is, the next event must still be sent
            return Optional.of(e.toString());
        }
    }

    private void logChange(boolean worked, Optional<String> trouble) {
        if (worked && trouble.isPresent()) {
            WARNINGS.log(
                    "", () -> "events for Falco are dropped: nobody takes them at " + socket + ": " + trouble.get());
        } else if (!worked && trouble.isEmpty()) {
            NEWS.log("", () -> "Falco takes events again");
        }
    }

    /**
     * Sends the events that wait, for two seconds at most, and ends the thread. Without this, a program that ends soon
     * would end before its first event is sent. Call this when no more events come. Further calls do nothing.
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
            thread.join(); // the interrupt ends everything that it can wait for
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
