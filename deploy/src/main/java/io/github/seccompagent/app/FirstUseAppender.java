package io.github.seccompagent.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes another appender when there is something to log, for the start of the program has no time to lose. */
final class FirstUseAppender extends AppenderBase<ILoggingEvent> {
    private final Supplier<Appender<ILoggingEvent>> maker;
    private @Nullable Appender<ILoggingEvent> made; // guarded by this, as the base class does with append

    FirstUseAppender(Supplier<Appender<ILoggingEvent>> maker) {
        this.maker = maker;
    }

    @Override
    protected void append(ILoggingEvent event) {
        Appender<ILoggingEvent> appender = made;
        if (appender == null) {
            appender = maker.get();
            made = appender;
        }
        appender.doAppend(event);
    }

    @Override
    public synchronized void stop() {
        if (made != null) {
            made.stop();
        }
        super.stop();
    }
}
