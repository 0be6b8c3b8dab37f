package io.github.seccompagent.app.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers that are gone or idle cost nothing. */
class ListenerEndIT {
    private static final int MEASURED_SECONDS = 2;
    private static final long NEARLY_NOTHING = 4; // ticks: 2 % of the time

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOfAContainer(OciRuntime runtime) {
        try (AgentProcess agent = AgentProcess.start("demo-basic")) {
            useContainer(agent, runtime); // so that everything that is opened only once is open
            Await.until("the listeners' end").until(() -> agent.countLogged("listener closed") == 3);
            int before = agent.fdCount();

            for (int i = 0; i < 3; i++) {
                useContainer(agent, runtime);
            }

            Await.until("the listeners' end").until(() -> agent.countLogged("listener closed") == 4 * 3);
            Await.until("as many descriptors as before").until(() -> agent.fdCount() <= before);
            assertIdle(agent);
        }
    }

    /** A container has one listener for its first process, and one for each process that is executed later. */
    private static void useContainer(AgentProcess agent, OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            container.shell("mkdir /x; mount -t proc proc /root").orFail();
            assertThat(container.shell("chmod 700 /x*").status()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void idleContainersCostNothing(OciRuntime runtime) {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            container.shell("mkdir /x").orFail();

            assertIdle(agent);
        }
    }

    @Test
    void anAgentWithoutContainersCostsNothing() {
        try (AgentProcess agent = AgentProcess.start("demo-basic")) {
            assertIdle(agent);
        }
    }

    private static void assertIdle(AgentProcess agent) {
        long before = agent.cpuTicks();
        try {
            TimeUnit.SECONDS.sleep(MEASURED_SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(agent.cpuTicks() - before).as("ticks of processor time").isLessThanOrEqualTo(NEARLY_NOTHING);
    }
}
