package io.github.seccompagent.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Formats log lines for people: time, level, thread, message. */
final class PlainLayout extends LayoutBase<ILoggingEvent> {
    private static final int MAX_FRAMES = 100;
    private static final int MAX_CAUSES = 10;

    /**
     * A class of its own, because it loads time zones. It is loaded with the first line, so a start without one is
     * fast.
     */
    private static final class Time {
        static final DateTimeFormatter FORMAT =
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        Time.FORMAT.formatTo(event.getInstant(), line);
        line.append(' ').append(event.getLevel());
        line.append(event.getLevel().levelStr.length() < 5 ? "  [" : " [");
        line.append(event.getThreadName()).append("] ");
        line.append(event.getFormattedMessage()).append('\n');
        append(line, "", event.getThrowableProxy(), MAX_CAUSES);
        return line.toString();
    }

    /** Adds an exception. Its message can have several lines, and they must not look like log lines. */
    private static void append(StringBuilder lines, String title, @Nullable IThrowableProxy thrown, int causes) {
        if (thrown == null || causes == 0) {
            return;
        }
        lines.append(title).append(thrown.getClassName());
        if (thrown.getMessage() != null) {
            lines.append(": ").append(LogLine.tidy(thrown.getMessage()));
        }
        lines.append('\n');
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        int count = Math.min(frames.length - thrown.getCommonFrames(), MAX_FRAMES);
        for (int i = 0; i < count; i++) {
            lines.append("\tat ").append(frames[i].getStackTraceElement()).append('\n');
        }
        if (count < frames.length) {
            lines.append("\t... ").append(frames.length - count).append(" more\n");
        }
        append(lines, "Caused by: ", thrown.getCause(), causes - 1);
    }
}
