package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * A container's call has a path that nobody can read. A thread of the agent waits for it, and not even SIGKILL ends
 * that. A thread of each agent that follows waits too.
 */
class StuckAgentIT {
    private static final long SECONDS = 15; // busy machines are slow; the file system itself never answers
    private static final int ARRIVALS = 4; // more than there are acceptors, if each takes its turn

    @AutoClose
    private final KeptAgent agent = KeptAgent.start("pass-through");

    @AutoClose
    private final UnreadFile file = new UnreadFile();

    private OciBundle bundle() {
        return OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat");
    }

    private OciContainer startBad() throws IOException {
        OciContainer bad = OciContainer.start(OciRuntime.RUNC, bundle().bind(file.folder(), "/unread"));
        Files.copy(TestPrograms.UNREAD, bad.rootfs().resolve("call"), StandardCopyOption.COPY_ATTRIBUTES);
        bad.begin("exec /call call /unread/f");
        return bad;
    }

    /** Its calls are those of one process: whoever starts while the agent is away is another matter. */
    private OciContainer startQuiet() {
        OciContainer quiet = OciContainer.start(OciRuntime.RUNC, bundle());
        quiet.begin("for name in killed1 killed2 replaced; do until [ -e /go-$name ]; do sleep 0.05; done;"
                + " mkdir /$name; done");
        return quiet;
    }

    private static void assertServed(OciContainer quiet, String folder, long since) throws IOException {
        Files.createFile(quiet.rootfs().resolve("go-" + folder));
        Await.until("an answer").until(() -> quiet.hasFolder("/" + folder));
        assertThat(System.nanoTime() - since).isLessThan(TimeUnit.SECONDS.toNanos(SECONDS));
    }

    private void assertNewcomersAreServed() {
        for (int i = 0; i < ARRIVALS; i++) {
            try (OciContainer late = OciContainer.start(OciRuntime.CRUN, bundle())) {
                late.shell("mkdir /late").orFail();
            }
        }
    }

    @Test
    void othersAreServedWhenItIsKilledOrReplaced() throws Exception {
        try (OciContainer quiet = startQuiet();
                OciContainer bad = startBad()) {
            file.awaitReaders();
            for (int kills = 1; kills <= 2; kills++) {
                long ready = agent.ready();
                ProcessHandle killed = agent.agent();
                long begin = System.nanoTime();
                Processes.kill(killed);

                assertServed(quiet, "killed" + kills, begin);
                assertThat(killed.isAlive() || kills > 1).as("it does not end").isTrue();
                agent.awaitReady(ready + 1);
                assertNewcomersAreServed();
            }

            long begin = System.nanoTime();
            AgentProcess next = agent.beginUpgrade();
            Await.until("the first keeper's end").until(() -> !agent.keeper().isAlive());
            assertServed(quiet, "replaced", begin);
            next.awaitLog("listening on " + next.socket());
            assertNewcomersAreServed();

            file.letGo();
            assertThat(agent.endUpgrade(next)).isTrue();
            assertThat(bad.isRunning()).isTrue();
        }
    }

    /** The dead agent has its end of the acceptors' sockets still, and never reads it. */
    @Test
    void whoeverComesMeanwhileIsServed() throws Exception {
        try (OciContainer bad = startBad()) {
            file.awaitReaders();
            Processes.kill(agent.agent());

            assertNewcomersAreServed();
            assertThat(bad.isRunning()).isTrue();
        }
    }

    @Test
    void theKeeperStopsAllTheSame() throws Exception {
        try (OciContainer bad = startBad()) {
            file.awaitReaders();
            agent.keeper().terminate();

            Await.until("the keeper's end").until(() -> !agent.keeper().isAlive());
            file.letGo();
            assertThat(bad.isRunning()).isTrue();
        }
    }
}
