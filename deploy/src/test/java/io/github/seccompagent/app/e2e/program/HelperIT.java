package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** seccomp-helper is started again when it dies, and ends when the agent does. */
class HelperIT {
    @ParameterizedTest
    @EnumSource
    void isStartedAgain(OciRuntime runtime) {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            container.shell("mkdir /a").orFail();
            List<ProcessHandle> killed = agent.helperAndWorkers();
            assertThat(killed).hasSizeGreaterThan(1);

            agent.helper().destroyForcibly();
            container.shell("mkdir /b; mkdir /c").orFail();

            assertThat(container.hasFolder("/b" + container.suffix())).isTrue();
            assertThat(container.hasFolder("/c" + container.suffix())).isTrue();
            Await.until("the end of the old workers")
                    .until(() -> killed.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(agent.helper().isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsWorkersMayDieToo(OciRuntime runtime) {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            ProcessHandle helper = agent.helper();
            helper.children().forEach(ProcessHandle::destroyForcibly);

            // Some of the calls that meet a dead worker may fail, but only with EIO and only for a short time.
            Await.until("a folder").until(() -> {
                Command.Result result = container.shell("mkdir /x");
                assertThat(result.err()).matches("|.*: (I/O error|Input/output error)\n");
                return result.status() == 0;
            });
            assertThat(container.hasFolder("/x" + container.suffix())).isTrue();
        }
    }

    @Test
    void endsWithTheAgent() {
        List<ProcessHandle> all;
        try (AgentProcess agent = AgentProcess.start("demo-basic")) {
            all = agent.helperAndWorkers();
            assertThat(all).hasSizeGreaterThan(1);
        } // kills it

        Await.until("the end of helper and workers").until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
}
