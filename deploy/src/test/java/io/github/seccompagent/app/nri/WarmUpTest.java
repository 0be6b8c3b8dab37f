package io.github.seccompagent.app.nri;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.seccompagent.resolver.policy.Seal;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WarmUpTest {
    /** It fails in silence, and then the first answer is slow. */
    @Test
    void itGetsToItsEnd() {
        Logger logger = (Logger) LoggerFactory.getLogger(WarmUp.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(log);
        try {
            WarmUp.of(new Adjuster(() -> Policies.COMPILED, new Seal(new byte[32]), "/run/a.socket", false));
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null); // as that of all others
        }
        assertThat(log.list)
                .hasSizeGreaterThan(1)
                .allSatisfy(line -> assertThat(line.getFormattedMessage()).contains("would get"));
    }
}
