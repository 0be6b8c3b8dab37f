package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread of the agent waits for a file system that never answers. Not even SIGKILL ends it. */
class KeeperCorpseTest {
    private static final long SECONDS = 2; // half a second on a machine that is not busy

    @TempDir
    private Path folder;

    private ProcessHandle daemon = ProcessHandle.current();

    @AfterEach
    void letGo() {
        if (!daemon.equals(ProcessHandle.current())) {
            daemon.destroyForcibly();
        }
    }

    private KeptAgent startStuck(String thread, String... options) throws Exception {
        KeptAgent agent = KeptAgent.startQuick(options);
        agent.send("READY=1");
        agent.store("s1", "state");
        stick(agent, thread);
        return agent;
    }

    private void stick(KeptAgent agent, String thread) throws Exception {
        daemon = process(agent.ask("stick " + thread));
    }

    private static ProcessHandle process(String number) {
        return ProcessHandle.of(Long.parseLong(number)).orElseThrow();
    }

    private static void assertWithinSeconds(long begin) {
        assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "another"})
    void anotherAgentTakesItsPlace(String thread) throws Exception {
        try (KeptAgent agent = startStuck(thread)) {
            ProcessHandle corpse = agent.agent();
            long begin = System.nanoTime();
            agent.kill();

            assertWithinSeconds(begin);
            assertThat(agent.handed()).containsExactly("s1=state");
            assertThat(corpse.isAlive()).isTrue();
            agent.assertLog(log -> assertThat(log)
                    .containsExactly(
                            "seccomp-agent was killed, and a thread of it does not end: going on without it",
                            "seccomp-agent was killed by signal 9: starting it again, 1 descriptors kept"));
            daemon.destroyForcibly();
            Processes.await("it is reaped when it ends", () -> !corpse.isAlive());
            assertThat(agent.ask("send 0 WATCHDOG=1")).isEqualTo("0");
        }
    }

    @Test
    void alsoOneAfterTheOther() throws Exception {
        try (KeptAgent agent = startStuck("another")) {
            ProcessHandle first = daemon;
            try {
                agent.kill();
                agent.send("READY=1");
                stick(agent, "another");
                long begin = System.nanoTime();
                agent.kill();
                assertWithinSeconds(begin);
                assertThat(agent.handed()).containsExactly("s1=state");
            } finally {
                first.destroyForcibly();
            }
        }
    }

    @Test
    void oneThatTheKeeperKillsToo() throws Exception {
        try (KeptAgent agent = startStuck("another")) {
            agent.send("WATCHDOG_USEC=100000");
            agent.awaitStart();

            assertThat(agent.handed()).containsExactly("s1=state");
        }
    }

    /** Else they would accept for nobody: they do not see that the agent is dead. */
    @Test
    void itsAcceptorsEndIfTheyAreNotKept() throws Exception {
        try (KeptAgent agent = KeptAgent.startQuick()) {
            agent.send("READY=1");
            ProcessHandle kept = process(agent.ask("acceptor p10"));
            ProcessHandle left = process(agent.ask("acceptor -"));
            ProcessHandle other = process(agent.ask("orphan 1000"));
            stick(agent, "another");
            agent.kill();

            Processes.await("the end of the other one", () -> !Processes.runs(left.pid()));
            assertThat(Processes.runs(kept.pid())).isTrue();
            assertThat(Processes.runs(other.pid())).isTrue();
            other.destroyForcibly();
        }
    }

    @Test
    void theKeeperStopsAllTheSame() throws Exception {
        try (KeptAgent agent = startStuck("another")) {
            long begin = System.nanoTime();
            agent.signalKeeper("TERM");

            assertThat(agent.awaitEnd()).isEqualTo(143);
            assertWithinSeconds(begin);
        }
    }

    @Test
    void anAgentThatDoesNotStopIsKilled() throws Exception {
        try (KeptAgent agent = startStuck("another")) {
            agent.ask("ignore");
            agent.signalKeeper("TERM");

            assertThat(agent.awaitEnd()).isEqualTo(137);
        }
    }

    @Test
    void anotherKeeperTakesOver() throws Exception {
        String path = folder.resolve("agent.socket.keeper").toString();
        try (KeptAgent first = startStuck("another", "--handover", path)) {
            first.ask("ignore");
            long begin = System.nanoTime();
            try (KeptAgent second = KeptAgent.startQuick("--handover", path, "--takeover", path)) {
                assertWithinSeconds(begin);
                assertThat(second.handed()).containsExactly("s1=state");
                second.send("READY=1");
                assertThat(second.ask("hear")).isEqualTo("GO=1");
                assertThat(first.awaitEnd()).isZero();
            }
        }
    }
}
