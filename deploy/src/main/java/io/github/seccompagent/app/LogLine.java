package io.github.seccompagent.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import io.github.seccompagent.app.report.Printable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * A log event that waits to be written. It keeps the text, one line of limited length, and not the objects that the
 * text was made from.
 */
record LogLine(
        Instant time,
        Level level,
        String logger,
        String thread,
        String text,
        @Nullable IThrowableProxy thrown) implements ILoggingEvent {
    private static final int LONGEST = 2000;

    static LogLine of(ILoggingEvent event) {
        return new LogLine(
                event.getInstant(),
                event.getLevel(),
                event.getLoggerName(),
                event.getThreadName(),
                tidy(event.getFormattedMessage()),
                event.getThrowableProxy());
    }

    /**
     * A message can contain a container's words. They must not be endless, and must not look like lines of their own.
     */
    static String tidy(@Nullable String message) {
        String all = String.valueOf(message);
        return Printable.of(all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "...");
    }

    @Override
    public Instant getInstant() {
        return time;
    }

    @Override
    public long getTimeStamp() {
        return time.toEpochMilli();
    }

    @Override
    @SuppressWarnings("JavaInstantGetSecondsGetNano") // what is more than these is in the time stamp
    public int getNanoseconds() {
        return time.getNano();
    }

    @Override
    public Level getLevel() {
        return level;
    }

    @Override
    public String getLoggerName() {
        return logger;
    }

    @Override
    public String getThreadName() {
        return thread;
    }

    @Override
    public String getMessage() {
        return text;
    }

    @Override
    public String getFormattedMessage() {
        return text;
    }

    @Override
    public @Nullable IThrowableProxy getThrowableProxy() {
        return thrown;
    }

    @Override
    public Object[] getArgumentArray() {
        return new Object[0];
    }

    @Override
    public @Nullable LoggerContextVO getLoggerContextVO() {
        return null;
    }

    @Override
    public StackTraceElement[] getCallerData() {
        return new StackTraceElement[0];
    }

    @Override
    public boolean hasCallerData() {
        return false;
    }

    @Override
    public List<Marker> getMarkerList() {
        return List.of();
    }

    @Override
    public Map<String, String> getMDCPropertyMap() {
        return Map.of();
    }

    @Override
    @Deprecated
    public Map<String, String> getMdc() {
        return Map.of();
    }

    @Override
    public long getSequenceNumber() {
        return 0;
    }

    @Override
    public List<KeyValuePair> getKeyValuePairs() {
        return List.of();
    }

    @Override
    public void prepareForDeferredProcessing() {
        // nothing is deferred: the record holds text already
    }
}
