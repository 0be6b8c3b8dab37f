package io.github.seccompagent.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The log survives what a container says, and a reader that stops. */
class LoggingTest {
    private static final String FORGED = "x\n2026-01-01T00:00:00.000Z ERROR [main] forged\u001b[2J";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch reader = new CountDownLatch(1);
    private final Logger logger = new LoggerContext().getLogger("test");
    private LossyAppender appender;

    /** Acts as a pipe that is full until somebody reads it. */
    private final OutputStream pipe = new OutputStream() {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            while (reader.getCount() > 0) {
                LockSupport.parkNanos(100_000); // like a write, this cannot be interrupted
            }
            written.write(bytes, offset, length);
        }
    };

    @AfterEach
    void stop() {
        reader.countDown();
        appender.stop();
    }

    private void start(Encoder<ILoggingEvent> encoder) {
        appender = new LossyAppender(pipe, () -> {
            encoder.start();
            return encoder;
        });
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    private static Encoder<ILoggingEvent> plain() {
        LayoutWrappingEncoder<ILoggingEvent> plain = new LayoutWrappingEncoder<>();
        plain.setLayout(new PlainLayout());
        return plain;
    }

    private String log() {
        reader.countDown();
        appender.stop();
        return written.toString(UTF_8);
    }

    @Test
    void nobodyWhoReadsKeepsNobodyWaitingAndLostLinesAreCounted() {
        start(plain());
        long begin = System.nanoTime();
        for (int i = 0; i < 5000; i++) {
            logger.info("line {}", i);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        reader.countDown();
        await().until(() -> written.toString(UTF_8).contains("lost"));

        String log = log();
        long lines = log.lines().filter(line -> line.contains("] line ")).count();
        assertThat(log).contains("] " + (5000 - lines) + " lines were lost here: nobody read the log in time\n");
        assertThat(lines).isBetween(1000L, 1100L);
    }

    @Test
    void nothingThatIsSaidLooksLikeALineOfItsOwn() {
        start(plain());
        logger.warn("said: {}", FORGED);
        logger.warn("thrown", new IllegalStateException(FORGED, new IOException(FORGED)));

        assertThat(log().lines())
                .filteredOn(line -> line.startsWith("20"))
                .hasSize(2)
                .noneMatch(line -> line.indexOf('\u001b') >= 0)
                .anyMatch(line -> line.endsWith("said: x?2026-01-01T00:00:00.000Z ERROR [main] forged?[2J"));
    }

    @Test
    void linesHaveAnEnd() {
        start(plain());
        String longText = "y".repeat(1 << 20);
        Throwable deep = new IllegalStateException(longText);
        for (int i = 0; i < 1000; i++) {
            deep = new IllegalStateException(longText, deep);
        }
        logger.warn(longText);
        logger.warn("thrown", deep);

        assertThat(log().length()).isLessThan(200_000);
    }

    @Test
    void jsonTooIsALineEach() {
        start(new JsonEncoder());
        logger.warn("said: {}", FORGED);
        logger.warn("y".repeat(1 << 20));

        assertThat(log().lines()).hasSize(2).allMatch(line -> line.startsWith("{") && line.length() < 10_000);
    }
}
