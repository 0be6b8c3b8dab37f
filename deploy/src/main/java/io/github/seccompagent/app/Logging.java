package io.github.seccompagent.app;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import org.jspecify.annotations.Nullable;

/** Configures what is logged to standard error, and how. */
final class Logging {
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

    /** Call this before the first line is logged. */
    static void configure(Level chosenLevel, Format chosenFormat) {
        level = chosenLevel;
        format = chosenFormat;
        System.setProperty("slf4j.provider", LogBackend.class.getName());
        System.setProperty("slf4j.internal.verbosity", "WARN"); // or SLF4J logs that slf4j.provider is set
    }

    /** The backend calls this when it starts. */
    static void begin(LoggerContext context) {
        LossyAppender appender = new LossyAppender(new FileOutputStream(FileDescriptor.err), () -> encoder(context));
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(ch.qos.logback.classic.Level.toLevel(level.name()));
        root.addAppender(appender);
        current = context;
    }

    /** Writes the lines that wait, for a second at most. */
    static void flush() {
        LoggerContext context = current;
        if (context != null) {
            context.stop();
        }
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        Encoder<ILoggingEvent> encoder = format == Format.PLAIN ? plain() : json();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> plain() {
        LayoutWrappingEncoder<ILoggingEvent> plain = new LayoutWrappingEncoder<>();
        plain.setLayout(new PlainLayout());
        return plain;
    }

    private static Encoder<ILoggingEvent> json() {
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
