package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that ends leaves no call hanging. */
class ShutdownIT {
    private static final String UNTIL_NOBODY_ANSWERS = "until mkdir /x 2>&1 | grep 'not implemented'; do :; done";

    /** Calls come all the time. Each is answered, or gets ENOSYS once there is no agent. */
    @ParameterizedTest
    @EnumSource
    void manyCalls(OciRuntime runtime) throws InterruptedException {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            Process calling = container.begin(UNTIL_NOBODY_ANSWERS);
            Await.until("calls").until(() -> agent.countLogged("mkdir of thread") > 10);

            agent.terminate();
            agent.awaitEnd();

            assertThat(OciContainer.awaitEnd(calling)).isZero();
        }
    }

    /** A call whose worker does not come back is given up, and fails with EINTR. */
    @ParameterizedTest
    @EnumSource
    void aCallThatHangs(OciRuntime runtime) throws InterruptedException {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            List<ProcessHandle> stopped = agent.helper().children().toList();
            stopped.forEach(
                    each -> Command.run("sh", "-c", "kill -STOP " + each.pid()).orFail());
            Process calling = container.begin("mkdir /a & mkdir /b & mkdir /x 2>&1 | grep 'Interrupted system call'");
            // When more than half of the workers are busy, the helper makes another.
            Await.until("the calls' workers")
                    .until(() -> agent.helper().children().anyMatch(worker -> !stopped.contains(worker)));

            agent.terminate();
            agent.awaitEnd();

            assertThat(OciContainer.awaitEnd(calling)).isZero();
            agent.awaitLog("mkdir of thread", "fails with EINTR, since the agent ends");
            Await.until("the end of the stopped workers")
                    .until(() -> stopped.stream().noneMatch(ProcessHandle::isAlive));
        }
    }
}
