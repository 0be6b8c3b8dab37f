package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of /slow are delayed by their handler; calls of anything else are not. */
class DelayedCallsTest {
    private static final int MAX_IN_FLIGHT = 8; // 2 for one container, 1 in reserve, 64 delayed

    private final List<Script> scripts = new ArrayList<>();

    private static SyscallHandler delaying(Duration time) {
        return call -> {
            if (call.path(0).name().is("/slow")) {
                call.delay(time);
            }
            return Response.success();
        };
    }

    @AfterEach
    void close() {
        scripts.forEach(Script::close);
    }

    private Script start(SeccompAgent agent, String script) throws Exception {
        Script started = Script.start(agent, "c" + scripts.size(), script);
        scripts.add(started);
        return started;
    }

    @Test
    void theyKeepNobodyElseWaiting() throws Exception {
        try (SeccompAgent agent = Agents.builder(delaying(Duration.ofHours(1)))
                .maxInFlight(MAX_IN_FLIGHT)
                .start()) {
            for (int i = 0; i < MAX_IN_FLIGHT; i++) {
                start(agent, "mkdir /slow & mkdir /slow & wait");
            }
            await().until(() -> agent.callsDelayed() == 2 * MAX_IN_FLIGHT);
            assertThat(agent.callsInFlight()).isEqualTo(2 * MAX_IN_FLIGHT);

            assertThat(start(agent, "mkdir /a && mkdir /b").await()).isZero();

            scripts.forEach(Script::close);
            await().until(() -> agent.callsDelayed() == 0);
            await().until(() -> Agents.threads("loop-").size() <= 1 + SpareThreads.KEPT);
        }
    }

    @Test
    void whenThereAreTooManyFurtherDelaysAreLeftOut() throws Exception {
        int limit = MAX_IN_FLIGHT * 8;
        try (SeccompAgent agent = Agents.builder(delaying(Duration.ofHours(1)))
                .maxInFlight(MAX_IN_FLIGHT)
                .start()) {
            for (int i = 0; i < limit; i++) {
                start(agent, "mkdir /slow");
            }
            await().until(() -> agent.callsDelayed() == limit);

            assertThat(start(agent, "mkdir /slow && mkdir /a").await()).isZero();
            assertThat(agent.counters().get(Counter.DELAYS_LEFT_OUT)).isEqualTo(1);
        }
    }

    @Test
    void aDelayIsNotOfTheTimeThatAHandlerHas() throws Exception {
        try (SeccompAgent agent = Agents.builder(delaying(Duration.ofSeconds(1)))
                .handlerTimeout(Duration.ofMillis(150))
                .start()) {
            assertThat(start(agent, "mkdir /slow").await()).isZero();
            assertThat(agent.counters().get(Counter.HANDLER_TIMEOUTS)).isZero();
        }
    }

    @Test
    void whenTheAgentEndsTheyGoOn() throws Exception {
        SeccompAgent agent = Agents.builder(delaying(Duration.ofHours(1)))
                .shutdownGrace(Duration.ofSeconds(20))
                .start();
        Script script = start(agent, "mkdir /slow");
        await().until(() -> agent.callsDelayed() == 1);

        agent.close();

        assertThat(script.await()).isZero();
    }
}
