package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A node starts many containers at the same moment, for example after a boot. */
class ManyListenersIT {
    private static final int CONTAINERS = 1000;

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("demo-basic");

    /** Connections come faster than processes can be started to receive from them. */
    @Test
    void aThousandAtTheSameMoment() {
        String crowd = "echo attach | " + TestPrograms.CROWD + " " + agent.socket() + " " + CONTAINERS;

        String nanos = Command.run("sh", "-c", crowd).out().strip(); // it kills itself at the end

        assertThat(nanos).containsOnlyDigits();
        assertThat(agent.countLogged("closed without")).isZero();
    }
}
