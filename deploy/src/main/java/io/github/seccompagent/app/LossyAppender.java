package io.github.seccompagent.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Writes the log with its own thread. If the reader of the log stops, the agent must not stop: lines are lost then, and
 * counted. The thread starts with the first line and creates its encoder itself, so that the program's start does not
 * wait for that.
 */
final class LossyAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final int PLACES = 1024;
    private static final long LAST_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final OutputStream out;
    private final Supplier<Encoder<ILoggingEvent>> maker;
    private final BlockingQueue<LogLine> waiting = new ArrayBlockingQueue<>(PLACES);
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "log");
    private volatile boolean ending;

    /**
     * Creates an appender.
     *
     * @param out where to write. Nobody else may use it: a shared lock could be held while nobody reads
     * @param maker creates the encoder, which turns lines into bytes
     */
    LossyAppender(OutputStream out, Supplier<Encoder<ILoggingEvent>> maker) {
        this.out = out;
        this.maker = maker;
        thread.setDaemon(true);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!waiting.offer(LogLine.of(event))) {
            lost.incrementAndGet();
        }
        if (!begun.get() && begun.compareAndSet(false, true)) {
            thread.start();
        }
    }

    private void run() {
        Encoder<ILoggingEvent> encoder = maker.get();
        while (!ending || !waiting.isEmpty()) {
            try {
                LogLine line = ending ? waiting.poll() : waiting.take();
                if (line != null) {
                    out.write(encoder.encode(line));
                }
                long count = lost.getAndSet(0);
                if (count > 0) {
                    out.write(encoder.encode(lostLine(count)));
                }
            } catch (InterruptedException stopped) {
                ending = true;
            } catch (IOException | RuntimeException e) { // there is nowhere to report it
                lost.incrementAndGet();
            }
        }
    }

    private static LogLine lostLine(long count) {
        String text = count + " lines were lost here: nobody read the log in time";
        return new LogLine(Instant.now(), Level.WARN, LossyAppender.class.getName(), "log", text, null);
    }

    /** Writes the lines that wait, for a second at most. */
    @Override
    public void stop() {
        super.stop();
        ending = true;
        thread.interrupt();
        try {
            if (begun.get()) {
                thread.join(LAST_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
