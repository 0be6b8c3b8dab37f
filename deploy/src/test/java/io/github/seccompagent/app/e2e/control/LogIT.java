package io.github.seccompagent.app.e2e.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log tells a person which containers came and went, and what was refused. It has no line for other calls. */
class LogIT {

    @Test
    void aContainerItsRefusalsAndItsEnd() {
        try (AgentProcess agent = AgentProcess.start("demo-basic", "--log=info")) {
            String id;
            try (OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
                id = container.id();
                agent.awaitLog("INFO", "container " + id + ": serving process", ", by resolver demo-basic");
                container
                        .shell("for i in 1 2 3 4 5 6 7 8 9; do mkdir /$i; chmod 700 /; done")
                        .out();
                agent.awaitLog("INFO", "mod", "in container " + id, "refused with EBADMSG: its handler answers so");
            }
            agent.awaitLog("INFO", "container " + id + ": ended, ", " calls handled, ", " refused");

            List<String> lines = agent.log();
            assertThat(lines).as("of calls that succeed").noneMatch(line -> line.contains("mkdir"));
            assertThat(lines.stream().filter(line -> line.contains("EBADMSG")))
                    .as("of nine refusals")
                    .hasSizeLessThan(7);
            assertThat(lines).filteredOn(line -> line.contains(": ended")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "json"})
    void aContainerForgesNoLine(String format) {
        try (AgentProcess agent = AgentProcess.start("pass-through", "--log=debug", "--log-format=" + format);
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            String name = "$(printf '/none/x\\n2026-01-01 ERROR forged\\033[2J\\302\\205\\342\\200\\256')";
            container.shell("mkdir \"" + name + "\"").out();

            agent.awaitLog("mkdir", "forged", "ENOENT");
            assertThat(agent.log()).noneMatch(line -> line.startsWith("2026-01-01"));
            assertThat(agent.log()).allMatch(line -> line.matches("[ -~]*"));
        }
    }
}
