package io.github.seccompagent.app.e2e.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import org.junit.jupiter.api.Test;

/** The commands trace and top go on with the next agent, if they have no end of their own. */
class FollowIT {
    private static final String WATCHES = "a client watches calls";

    @Test
    void theNextAgentIsWatchedToo() {
        try (AgentUnderKeeper agent = AgentUnderKeeper.start("demo-basic");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()));
                Asked trace = Asked.begin(agent.keeper(), "trace", "--follow");
                Asked top = Asked.begin(agent.keeper(), "top", "--json", "--seconds=0.5");
                Asked counted = Asked.begin(agent.keeper(), "trace", "--count=1000")) {
            container.shell("mkdir /before").out();
            trace.await("/before");
            top.await("mkdir");
            long watching = agent.keeper().countLogged(WATCHES);

            agent.kill();
            Await.until("both").until(() -> agent.keeper().countLogged(WATCHES) == watching + 2);
            container.shell("mkdir /after").out();

            trace.await("/after");
            Await.until("the other mkdir in top")
                    .until(() -> top.lines().stream()
                                    .filter(line -> line.contains("mkdir"))
                                    .count()
                            >= 2);
            assertThat(trace.errors()).singleElement().asString().contains("the agent has ended");
            assertThat(top.errors()).singleElement().asString().contains("the agent has ended");
            Await.until("the end of what counts").until(() -> !counted.isAlive());
            assertThat(counted.errors()).singleElement().asString().contains("has ended the connection");
        }
    }

    /** The agent that comes next need not be of the same keeper. */
    @Test
    void anAgentThatIsStartedLater() {
        try (AgentProcess first = AgentProcess.start("none");
                Asked trace = Asked.begin(first, "trace", "--follow")) {
            first.terminate();
            first.awaitEnd();
            Await.until("the line").until(() -> !trace.errors().isEmpty());

            try (AgentProcess next = AgentProcess.startAt(first.socket(), "none")) {
                Await.until("the client").until(() -> next.countLogged(WATCHES) == 1);
                assertThat(trace.isAlive()).isTrue();
            }
        }
    }
}
