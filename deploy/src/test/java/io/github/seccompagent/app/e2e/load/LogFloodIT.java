package io.github.seccompagent.app.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A container makes failing calls one after the other. It does not fill the log, and does not hide other lines. */
class LogFloodIT {
    private static final int CALLS = 10_000;
    private static final Pattern LEFT_OUT = Pattern.compile("; ([0-9]+) such lines were left out$");

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.seccompagent");
    private final Lines lines = new Lines();

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final List<String> all = new CopyOnWriteArrayList<>();
        private final List<String> traced = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            all.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                traced.add(event.getFormattedMessage());
            }
        }

        List<String> of(OciContainer container) {
            return all.stream().filter(line -> line.contains(container.id())).toList();
        }

        /** The lines that were left out, according to these lines. */
        long count(OciContainer container) {
            return of(container).stream()
                    .mapToLong(line -> {
                        Matcher leftOut = LEFT_OUT.matcher(line);
                        return leftOut.find() ? Long.parseLong(leftOut.group(1)) : 1;
                    })
                    .sum();
        }
    }

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
    }

    private static SyscallHandler handler(String kind) {
        return call -> {
            if (kind.equals("throws")) {
                throw new IllegalStateException("on\npurpose");
            }
            return null;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "says nothing"})
    void aFewLinesTellOfThousandsOfCalls(String kind) {
        String flood =
                "i=0; while [ $i -lt " + CALLS + " ]; do umask 022; i=$((i+1)); done 2>/dev/null; exec sleep 1000";
        try (EmbeddedAgent agent = EmbeddedAgent.with(handlers -> handlers.on("umask", handler(kind)));
                OciContainer noisy = OciContainer.start(OciRuntime.RUNC, bundle(agent, flood));
                OciContainer quiet = OciContainer.start(OciRuntime.RUNC, bundle(agent, "umask 022; exec sleep 1000"))) {
            Await.until("the neighbour's line").until(() -> lines.count(quiet) >= 1);
            Await.until("lines that tell of all calls").until(() -> lines.count(noisy) >= CALLS - 10);

            assertThat(lines.of(noisy)).hasSizeLessThan(25);
            assertThat(lines.traced).hasSizeLessThan(3);
        }
    }

    private static OciBundle bundle(EmbeddedAgent agent, String script) {
        return OciBundle.notifying(agent.socket()).notified("umask").command("sh", "-c", script);
    }
}
