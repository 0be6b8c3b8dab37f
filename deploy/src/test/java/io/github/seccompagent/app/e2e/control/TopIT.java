package io.github.seccompagent.app.e2e.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.ShownOutput;
import org.junit.jupiter.api.Test;

/** The command top sums up the calls of an interval. */
class TopIT {

    @Test
    void sumsUpTheCallsOfAnInterval() {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()));
                Asked json = Asked.begin(agent, "top", "--json", "--count=1", "--seconds=4");
                Asked text = Asked.begin(agent, "top", "--once", "--seconds=4")) {
            container
                    .shell("for i in 1 2 3 4 5; do chmod 700 /; done; mkdir /top")
                    .out();

            JsonNode rates = Asked.json(json.await("rates"));
            assertThat(rates.path("seconds").asDouble()).isGreaterThanOrEqualTo(4);
            JsonNode first = rates.path("rows").path(0);
            assertThat(first.path("container").asText()).isEqualTo(container.id());
            assertThat(first.path("call").asText()).contains("chmod");
            assertThat(first.path("calls").asInt()).isEqualTo(5);
            assertThat(first.path("errors").asInt()).isEqualTo(5);
            assertThat(first.path("refused").asInt()).isEqualTo(5);
            assertThat(first.path("p99Nanos").asLong()).isPositive();
            assertThat(rates.path("rows").path(1).path("call").asText()).contains("mkdir");
            Await.until("its end").until(() -> !text.isAlive());
            String shown = String.join("\n", text.lines()).replace(container.id(), "web");
            assertThat(shown).doesNotContain("\u001b");
            assertThat(ShownOutput.steady(shown)).isEqualTo(ShownOutput.of("top"));
        }
    }
}
