package io.github.seccompagent.app;

import io.github.seccompagent.resolver.PodIdentity;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events one after the other, by a thread that nobody waits for: what it cannot send in time is dropped. Safe for use
 * by several threads.
 */
final class FalcoSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FalcoSender.class);
    static final int MAX_WAITING = 1024;
    private static final long LAST_SECONDS = 2;

    /** Comes after all events. */
    private static final FalcoEvent END = new FalcoEvent(0, -1, "", PodIdentity.UNKNOWN, 0, 0, new Semaphore(0));

    private final Path socket;
    private final BlockingQueue<FalcoEvent> events = new ArrayBlockingQueue<>(MAX_WAITING);
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

    /** Takes an event, or drops it; in either case at once. */
    void publish(FalcoEvent event) {
        if (!event.places().tryAcquire()) {
            dropped.inc();
        } else if (!events.offer(event)) {
            event.places().release();
            dropped.inc();
        }
    }

    private void run() {
        try (FalcoClient falco = new FalcoClient(socket)) {
            boolean works = true;
            for (FalcoEvent event = events.take(); event != END; event = events.take()) {
                event.places().release();
                Optional<String> trouble = send(falco, event);
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
            LOG.warn("events for Falco are dropped, since nobody takes them at {}: {}", socket, trouble.get());
        } else if (!worked && trouble.isEmpty()) {
            LOG.info("Falco takes events again");
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
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST_SECONDS);
            events.offer(END, LAST_SECONDS, TimeUnit.SECONDS);
            TimeUnit.NANOSECONDS.timedJoin(thread, end - System.nanoTime());
            thread.interrupt();
            thread.join(); // it waits for nothing else
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
