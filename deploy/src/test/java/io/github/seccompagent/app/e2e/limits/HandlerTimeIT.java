package io.github.seccompagent.app.e2e.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Handlers that never return: they read memory that a container never provides. Each of its calls gets an answer. */
class HandlerTimeIT {
    private static final int CALLS = 100;

    @AutoClose
    private final AgentProcess agent =
            AgentProcess.start("pass-through", "--handler-timeout=1s", "--metrics-bind-address=127.0.0.1:0");

    private OciBundle bundle() {
        return OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat");
    }

    private double errors(String reason) throws Exception {
        Map<String, Double> metrics = Scrape.metrics(agent);
        return metrics.getOrDefault("seccompagent_errors_total{reason=\"" + reason + "\"}", 0.0);
    }

    @Test
    void everyCallerGetsAnAnswerAndOthersAreServed() throws Exception {
        try (OciContainer quiet = OciContainer.start(OciRuntime.RUNC, bundle())) {
            try (OciContainer stuck = OciContainer.start(OciRuntime.RUNC, bundle().with("CAP_SYS_PTRACE"))) {
                Attack.install(stuck, "stuck");
                stuck.begin("exec /stuck " + CALLS);
                Await.until("answers").until(() -> errors("handler_timeouts") + errors("refused_calls") == CALLS);
                assertThat(errors("handler_timeouts")).isBetween(10.0, 60.0);

                quiet.shell("mkdir /a").orFail();
                assertThat(stuck.shell("mkdir /b").output()).contains("timed out");
                assertThat(agent.threads("loop-")).isLessThan(64);
            }
            Await.until("the threads' coming back").until(() -> agent.threads("loop-") < 8);
            quiet.shell("mkdir /c").orFail();
        }
    }
}
