package io.github.seccompagent.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Lines for people: time, level, thread, message. */
final class PlainLayout extends LayoutBase<ILoggingEvent> {

    /** Loaded with the first line: a start without one need not know of time zones. */
    private static final class Time {
        static final DateTimeFormatter FORMAT =
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());
    }

    /** A message can hold what a container says, which is not to look like a line of its own. */
    private static void replaceControls(StringBuilder line, int from) {
        for (int i = from; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i))) {
                line.setCharAt(i, '?');
            }
        }
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        Time.FORMAT.formatTo(event.getInstant(), line);
        line.append(' ').append(event.getLevel());
        line.append(event.getLevel().levelStr.length() < 5 ? "  [" : " [");
        line.append(event.getThreadName()).append("] ");
        int message = line.length();
        line.append(event.getFormattedMessage());
        replaceControls(line, message);
        line.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(ThrowableProxyUtil.asString(thrown));
        }
        return line.toString();
    }
}
