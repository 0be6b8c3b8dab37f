package io.github.seccompagent.app;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import org.jspecify.annotations.Nullable;

/** What is logged to standard error, and how. */
final class Logging {
    private static final int QUEUE_SIZE = 1024;

    private static Level level = Level.INFO;
    private static Format format = Format.PLAIN;
    private static @Nullable LoggerContext current;

    private Logging() {}

    /** How much to log. */
    enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What a line looks like. */
    enum Format {
        PLAIN,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** To be called before the first line is logged. */
    static void configure(Level chosenLevel, Format chosenFormat) {
        level = chosenLevel;
        format = chosenFormat;
        System.setProperty("slf4j.provider", LogBackend.class.getName());
        System.setProperty("slf4j.internal.verbosity", "WARN"); // or it logs that it was told so
    }

    /** Called by the backend when it begins. */
    static void begin(LoggerContext context) {
        FirstUseAppender appender = new FirstUseAppender(() -> decoupled(context, console(context)));
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(ch.qos.logback.classic.Level.toLevel(level.name()));
        root.addAppender(appender);
        current = context;
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
        Encoder<ILoggingEvent> encoder = encoder();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    /** Whoever reads the log and stops must not stop the agent: then lines are lost. */
    private static AsyncAppender decoupled(LoggerContext context, ConsoleAppender<ILoggingEvent> appender) {
        AsyncAppender decoupled = new AsyncAppender();
        decoupled.setContext(context);
        decoupled.setNeverBlock(true);
        decoupled.setQueueSize(QUEUE_SIZE);
        decoupled.addAppender(appender);
        decoupled.start();
        return decoupled;
    }

    /** Writes what is still to be written, if that can be done in a second. */
    static void flush() {
        LoggerContext context = current;
        if (context != null) {
            context.stop();
        }
    }

    private static Encoder<ILoggingEvent> encoder() {
        if (format == Format.PLAIN) {
            LayoutWrappingEncoder<ILoggingEvent> plain = new LayoutWrappingEncoder<>();
            plain.setLayout(new PlainLayout());
            return plain;
        }
        JsonEncoder json = new JsonEncoder();
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.setWithContext(false);
        json.setWithMDC(false);
        json.setWithArguments(false);
        json.setWithMessage(false);
        json.setWithFormattedMessage(true);
        return json;
    }
}
