package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.SyscallHandler;
import org.junit.jupiter.api.Test;

/** Limits that a program sets. */
class LimitsTest {
    @Test
    void noMoreListenersAreServedThanMayBe() throws Exception {
        try (SeccompAgent agent =
                Agents.builder(SyscallHandler.proceed()).maxListeners(1).start()) {
            Script first = Script.start(agent, "a", "sleep 1000");
            try (Script second = Script.start(agent, "b", Script.mkdirSays("not implemented"))) {
                assertThat(second.await()).isZero();
                assertThat(agent.counters().get(Counter.LISTENER_LIMIT_HITS)).isEqualTo(1);
            } finally {
                first.close();
            }
            await().until(() -> agent.activeListeners() == 0);
            try (Script third = Script.start(agent, "c", "mkdir /abc")) {
                assertThat(third.await()).isZero();
            }
        }
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        SeccompAgent.Builder builder = SeccompAgent.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxInFlight(7));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxInFlightPerContainer(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxListeners(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxStateBytes(9 << 20));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxStoredBytes(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxMountsPerContainer(4097));
    }
}
