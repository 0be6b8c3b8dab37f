package io.github.seccompagent.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.runtime.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentCheckTest {
    private static final String LISTENERS = "seccompagent_active_listeners 2.0\n";

    private final HttpServer server;

    AgentCheckTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void page(String path, int status, String text) {
        server.createContext(path, exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private List<Finding> look(boolean wanted) {
        return new AgentCheck(new MetricsClient(server.getAddress()), wanted).look();
    }

    @Test
    void countersThatAreNotZero() {
        page(
                "/metrics",
                200,
                LISTENERS + "seccompagent_errors_total{reason=\"bad_states\"} 3.0\n"
                        + "seccompagent_errors_total{reason=\"send_errors\"} 0.0\nseccompagent_hung_workers 1.0\n");
        page("/readyz", 200, "ok");

        assertThat(look(true))
                .filteredOn(finding -> finding.severity() == Severity.WARNING)
                .extracting(Finding::id)
                .containsExactly("agent-counter-bad-states", "agent-counter-hung-workers");
    }

    @Test
    void anAgentThatIsNotReadySaysWhy() {
        page("/metrics", 200, LISTENERS);
        page("/readyz", 503, "no answer of the agent");

        assertThat(look(true)).first().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.what()).contains("no answer of the agent");
        });
    }

    @Test
    void whatIsNoAgentIsToldFromOne() {
        page("/metrics", 200, "seccompagent_active_listeners many\nseccompagent_errors_total{reason=\"\n\u001b[31m");

        assertThat(look(true))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN));
        assertThat(look(false))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.NOTE));
    }

    @Test
    void aPageWithoutEndIsLeft() {
        page("/metrics", 200, LISTENERS + "x".repeat(5 << 20));
        page("/readyz", 200, "ok");

        assertThat(look(true))
                .singleElement()
                .satisfies(finding -> assertThat(finding.why()).contains("larger than"));
    }

    /** No number of a broken page is an exception. */
    @Test
    void aLabelWithoutEnd() {
        page("/metrics", 200, LISTENERS + "seccompagent_errors_total{reason=\"x 3\n");
        page("/readyz", 200, "ok");

        assertThat(look(true)).extracting(Finding::severity).doesNotContain(Severity.ERROR);
    }

    /** The program counts these as errors, see AgentMetrics. */
    @ParameterizedTest
    @EnumSource(
            value = Counter.class,
            names = {"BAD_STATES", "NOT_KEPT", "HANDLER_ERRORS", "MISSING_CAPABILITIES", "CALLS_LOST_BY_RESTART"})
    void eachReasonHasAMeaning(Counter counter) {
        assertThat(CounterMeaning.of(counter.name().toLowerCase(java.util.Locale.ROOT))
                        .why())
                .isNotEqualTo(CounterMeaning.of("unheard of").why());
    }
}
