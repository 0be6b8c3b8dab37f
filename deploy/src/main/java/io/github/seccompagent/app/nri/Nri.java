package io.github.seccompagent.app.nri;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent as a plugin of the runtime that listens at a socket. It connects again at once when the connection is lost,
 * and goes on trying while nobody listens.
 */
public final class Nri implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Nri.class);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    /** A runtime that hangs up so soon would do it again at once, and again. */
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path socket;
    private final Adjuster adjuster;
    private final Plugin plugin;
    private final Unhonoured unhonoured;
    private final NriObserver observer;
    private final Thread thread = new Thread(this::run, "nri");
    private final CountDownLatch asked = new CountDownLatch(1);
    private String trouble = "";

    private Nri(Path socket, Adjuster adjuster, Supplier<Set<String>> served, NriObserver observer) {
        this.socket = socket;
        this.adjuster = adjuster;
        this.observer = observer;
        unhonoured = new Unhonoured(served, observer);
        plugin = new Plugin(adjuster, unhonoured, observer);
        thread.setDaemon(true);
    }

    /**
     * Begins, and returns at once.
     *
     * @param served the ids of the containers whose calls the agent handles
     */
    public static Nri start(Path socket, Adjuster adjuster, Supplier<Set<String>> served, NriObserver observer) {
        Nri nri = new Nri(socket, adjuster, served, observer);
        nri.thread.start();
        return nri;
    }

    /** Waits until a runtime has asked the agent about its containers for the first time. */
    public void awaitRuntime() throws InterruptedException {
        asked.await();
    }

    private void run() {
        WarmUp.of(adjuster);
        long pause = 0;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                TimeUnit.MILLISECONDS.sleep(pause);
                long begin = System.nanoTime();
                if (serve() && System.nanoTime() - begin >= SHORT_NANOS) {
                    pause = 0;
                    continue; // it was there a moment ago
                }
            } catch (InterruptedException e) {
                return;
            }
            pause = Math.min(LONGEST_PAUSE_MILLIS, Math.max(FIRST_PAUSE_MILLIS, 2 * pause));
        }
    }

    /** @return whether there was a runtime that knew the plugin */
    private boolean serve() {
        boolean isUp = false;
        try (Session session = Session.begin(socket, plugin, unhonoured)) {
            isUp = true;
            trouble = "";
            LOG.info("NRI: {} at {} asks the agent about its containers", plugin.runtime(), socket);
            observer.connected(true);
            asked.countDown();
            session.serve();
        } catch (IOException | RuntimeException | Error e) {
            if (!Thread.currentThread().isInterrupted()) {
                tell(e);
            }
        } finally {
            if (isUp) {
                observer.connected(false);
            }
        }
        return isUp;
    }

    private void tell(Throwable e) {
        String now = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
        if (!now.equals(trouble)) {
            trouble = now;
            LOG.warn("NRI: no runtime asks the agent about its containers, at {}: {}", socket, now);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
