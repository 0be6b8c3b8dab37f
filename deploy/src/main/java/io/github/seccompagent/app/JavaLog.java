package io.github.seccompagent.app;

import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Brings what Java and the libraries log with java.util.logging into the agent's log. The launcher names this class.
 *
 * <p>JNA makes such a logger when it is loaded. With Java's own manager, that reads a configuration and looks into all
 * jars of the program for another way to log, which is a tenth of the program's start.
 */
public final class JavaLog extends LogManager {
    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

    /** Fails, as if there were no file: only then Java does not look into the jars. */
    @Override
    public void readConfiguration() throws IOException {
        throw new IOException("there is nothing to read");
    }

    @Override
    public @Nullable String getProperty(String name) {
        return name.equals("handlers") ? Sink.class.getName() : null;
    }

    /**
     * Java's own does the same for each package that a name is in, each of which may have a configuration. Making the
     * names of these settings takes 3 ms.
     */
    @Override
    public boolean addLogger(Logger logger) {
        boolean isNew = loggers.putIfAbsent(logger.getName(), logger) == null;
        Logger root = loggers.get("");
        if (isNew && root != null && root != logger) {
            logger.setParent(root);
        }
        return isNew;
    }

    @Override
    public @Nullable Logger getLogger(String name) {
        return loggers.get(name);
    }

    @Override
    public Enumeration<String> getLoggerNames() {
        return Collections.enumeration(loggers.keySet());
    }

    /** Gets all that is logged. */
    public static final class Sink extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord logged) {
            LoggerFactory.getLogger(String.valueOf(logged.getLoggerName()))
                    .atLevel(levelOf(logged.getLevel()))
                    .setCause(logged.getThrown())
                    .log(formatter.formatMessage(logged));
        }

        private static org.slf4j.event.Level levelOf(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return org.slf4j.event.Level.ERROR;
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return org.slf4j.event.Level.WARN;
            }
            return level.intValue() >= Level.INFO.intValue() ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.DEBUG;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
