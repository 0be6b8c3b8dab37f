package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the keeper starts its agent again, and when it ends with it. */
class KeeperEndTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 77})
    void theStatusOfAnAgentThatWasNeverReadyIsTheKeepers(int status) throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.store("s1", "state");
            agent.order("exit " + status);

            assertThat(agent.awaitEnd()).isEqualTo(status);
            assertThat(agent.log()).isEmpty();
        }
    }

    @Test
    void aSignalThatKillsItTooAsAShellSaysIt() throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            Processes.signal(agent.pid(), "KILL");

            assertThat(agent.awaitEnd()).isEqualTo(137);
        }
    }

    @Test
    void aCommandThatIsNotThere() throws Exception {
        try (KeptAgent agent = KeptAgent.startKeeper(List.of(), List.of("/nowhere/agent"))) {
            assertThat(agent.awaitEnd()).isEqualTo(127);
            agent.awaitLog("seccomp-helper: cannot start /nowhere/agent: No such file or directory");
        }
    }

    @Test
    void anAgentThatWasReadyIsStartedAgainUnlessItEndsWell() throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.send("READY=1");
            agent.order("exit 3");
            agent.awaitStart();
            agent.awaitLog("seccomp-agent ended with status 3: starting it again, 0 descriptors kept");
            agent.send("READY=1");
            agent.send("STOPPING=1");
            agent.order("exit 0");

            assertThat(agent.awaitEnd()).isZero();
        }
    }

    @Test
    void startsThatFailAreMadeMoreAndMoreSlowlyUntilOneDoesNot() throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.store("s1", "state");
            agent.send("READY=1");
            agent.kill();
            long begin = System.nanoTime();
            for (int pause : new int[] {100, 200, 400, 800}) {
                agent.order("exit 4");
                agent.awaitStart();
                agent.awaitLog(
                        "seccomp-agent ended with status 4: starting it again in " + pause + " ms, 1 descriptors kept");
            }
            assertThat(System.nanoTime() - begin).isGreaterThan(1_500_000_000L);
            assertThat(agent.handed()).containsExactly("s1=state");
        }
    }

    /** What it was handed may be what ends it, just after it has said that it is ready. */
    @Test
    void onlyAnAgentThatLastsIsStartedAgainAtOnce() throws Exception {
        try (KeptAgent agent = KeptAgent.startQuick()) {
            for (String pause : new String[] {"", " in 100 ms", " in 200 ms", " in 400 ms"}) {
                agent.send("READY=1");
                agent.kill();
                agent.awaitLog(
                        "seccomp-agent was killed by signal 9: starting it again" + pause + ", 0 descriptors kept");
            }
            agent.send("READY=1");
            Thread.sleep(2600);
            agent.order("exit 3");
            agent.awaitStart();
            agent.awaitLog("seccomp-agent ended with status 3: starting it again, 0 descriptors kept");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void aSignalToStopGoesToTheAgentWhoseStatusCounts(int status) throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.send("READY=1");
            agent.ask("term " + status);
            agent.signalKeeper("TERM");

            assertThat(agent.awaitEnd()).isEqualTo(status);
            assertThat(KeptAgent.runs(agent.agent())).isFalse();
        }
    }

    /** A shell without job control has what it starts in the background ignore SIGINT. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void anAgentThatASignalToStopKillsIsNotStartedAgain(String signal, int status) throws Exception {
        try (KeptAgent agent = KeptAgent.startIgnoring(signal)) {
            agent.send("READY=1");
            agent.signalKeeper(signal);

            assertThat(agent.awaitEnd()).isEqualTo(status);
        }
    }

    /** Such as that of a terminal that is closed, or one for a thread dump that is sent to the wrong process. */
    @ParameterizedTest
    @ValueSource(strings = {"HUP", "QUIT", "USR1", "USR2", "PIPE", "ALRM", "VTALRM", "POLL", "PWR"})
    void anotherSignalDoesNothing(String signal) throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.send("READY=1");
            agent.store("s1", "state");
            agent.signalKeeper(signal);
            agent.kill();

            assertThat(agent.handed()).containsExactly("s1=state");
        }
    }

    @Test
    void theAgentHasAllItsSignals() throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.send("READY=1");
            Processes.signal(agent.pid(), "USR1");
            agent.awaitLog("seccomp-agent was killed by signal 10: starting it again, 0 descriptors kept");
        }
    }

    @Test
    void aKeeperWithoutAnAgentStopsToo() throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.send("READY=1");
            for (int i = 0; i < 4; i++) {
                agent.order("exit 4");
                if (i < 3) {
                    agent.awaitStart();
                }
            }
            agent.awaitLog("seccomp-agent ended with status 4: starting it again in 400 ms, 0 descriptors kept");
            agent.signalKeeper("TERM");

            assertThat(agent.awaitEnd()).isEqualTo(143);
        }
    }

    @Test
    void anAgentThatMissesItsWatchdogIsKilled() throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.send("READY=1/WATCHDOG_USEC=1000000");
            for (int i = 0; i < 10; i++) {
                Thread.sleep(120);
                agent.send("WATCHDOG=1");
            }
            ProcessHandle before = agent.agent();
            Processes.signal(before.pid(), "STOP");
            agent.awaitStart();

            assertThat(KeptAgent.runs(before)).isFalse();
            agent.assertLog(log -> assertThat(log)
                    .containsExactly(
                            "seccomp-agent has been silent for 1000 ms: killing it",
                            "seccomp-agent was killed by signal 9: starting it again, 0 descriptors kept"));
        }
    }

    /** What it has said counts, and not when the keeper comes to hear it. */
    @Test
    void aKeeperThatWasStoppedItselfDoesNotBlameItsAgent() throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.send("READY=1/WATCHDOG_USEC=500000");
            agent.signalKeeper("STOP");
            Thread.sleep(600);
            agent.send("WATCHDOG_USEC=0");
            agent.signalKeeper("CONT");
            Thread.sleep(600);

            assertThat(agent.log()).isEmpty();
            assertThat(KeptAgent.runs(agent.agent())).isTrue();
        }
    }

    @Test
    void orphansOfAnAgentAreReaped() throws Exception {
        try (KeptAgent agent = KeptAgent.start()) {
            agent.send("READY=1");
            ProcessHandle lives = orphan(agent, 1000);
            ProcessHandle ends = orphan(agent, 1);
            agent.kill();

            assertThat(lives.parent())
                    .hasValueSatisfying(parent -> assertThat(parent.pid()).isEqualTo(agent.keeper()));
            Processes.await("the orphan is no zombie", () -> !ends.isAlive());
            lives.destroyForcibly();
            Processes.await("nor is the other one", () -> !lives.isAlive());
            assertThat(agent.ask("send 0 WATCHDOG=1")).isEqualTo("0");
        }
    }

    private static ProcessHandle orphan(KeptAgent agent, int seconds) throws Exception {
        return ProcessHandle.of(Long.parseLong(agent.ask("orphan " + seconds))).orElseThrow();
    }
}
