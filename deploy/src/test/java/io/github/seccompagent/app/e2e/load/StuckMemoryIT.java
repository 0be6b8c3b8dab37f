package io.github.seccompagent.app.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * A read of these containers' memory never returns. The agent's threads that try it count for these containers, and
 * take nothing from others.
 */
class StuckMemoryIT {
    private static final int CONTAINERS = 12;
    private static final int THREADS = 24;
    private static final int ORDINARY = 64; // how many calls the agent handles at a time, unless they take long

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("pass-through");

    private final List<OciContainer> containers = new ArrayList<>();

    private OciBundle bundle() {
        return OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat");
    }

    /** Starts the attacks, and waits until each holds as much as it gets. */
    private void attack() {
        for (int i = 0; i < CONTAINERS; i++) {
            OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle().with("CAP_SYS_PTRACE"));
            containers.add(container);
            Attack.install(container, "stuck");
            container.begin("exec /stuck " + THREADS);
        }
        Await.until("as many calls that hang as are handled at a time").until(() -> agent.threads("loop-") >= ORDINARY);
    }

    private void endAttack() {
        containers.forEach(OciContainer::close);
    }

    @Test
    void theyKeepNobodyElseWaiting() {
        try (OciContainer quiet = OciContainer.start(OciRuntime.RUNC, bundle())) {
            attack();

            quiet.shell("mkdir /a /b /c").orFail();
            assertThat(quiet.hasFolder("/c")).isTrue();
            try (OciContainer late = OciContainer.start(OciRuntime.RUNC, bundle())) {
                late.shell("mkdir /a").orFail();
            }
            assertThat(agent.threads("loop-")).isLessThan(CONTAINERS * THREADS);
        } finally {
            endAttack();
        }
        Await.until("the threads' coming back").until(() -> agent.threads("loop-") < 8);
    }

    @Test
    void theAgentEndsAllTheSame() {
        try {
            attack();
            long begin = System.nanoTime();

            agent.terminate();

            assertThat(agent.awaitEnd()).isEqualTo(143);
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(15));
        } finally {
            endAttack();
        }
    }

    @Test
    void theAgentCanBeKilled() {
        try {
            attack();

            Command.run("kill", "-KILL", Long.toString(agent.pid())).orFail();

            assertThat(agent.awaitEnd()).isEqualTo(137);
        } finally {
            endAttack();
        }
    }
}
