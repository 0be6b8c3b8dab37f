package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.HandlerRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A call on behalf that blocks as long as it would block in the kernel, such as the open of a FIFO. */
class BlockedCallTest {
    private static final List<String> OPENS = List.of("open", "openat");
    private static final int ROUNDS = 5;

    private static SeccompAgent.Builder builder() {
        return SeccompAgent.builder()
                .resolver(container -> HandlerRegistry.builder()
                        .on("open", call -> call.onBehalf().open(call.path(0), call.argument(1), call.argument(2), 0))
                        .build());
    }

    @Test
    void itMayTakeLongerThanOtherCalls() throws Exception {
        try (SeccompAgent agent = builder()
                        .onBehalfTimeout(Duration.ofSeconds(1))
                        .handlerTimeout(Duration.ofSeconds(1))
                        .start();
                Script script = Script.start(
                        agent, "a", "mkfifo /f; (sleep 3; echo hi > /f) & read x < /f && [ $x = hi ]", OPENS)) {
            assertThat(script.await()).isZero();
            assertThat(agent.counters().get(Counter.HANDLER_TIMEOUTS)).isZero();
        }
    }

    /** One signal ends the call. Another makes the caller repeat it. */
    @Test
    void itIsLetGoAtOnceWhenItsCallerWaitsNoLonger() throws Exception {
        try (SeccompAgent agent = builder().start()) {
            long nanos = 0;
            for (int round = 0; round < ROUNDS; round++) {
                nanos += nanosToLetGo(agent);
            }
            assertThat(Duration.ofNanos(nanos)).isLessThan(Duration.ofMillis(ROUNDS * 200));
        }
    }

    private static long nanosToLetGo(SeccompAgent agent) throws Exception {
        long begin;
        try (Script blocked = Script.start(agent, "a", "mkfifo /f; exec cat /f", OPENS)) {
            awaitBlocked(agent);
            assertThat(blocked.pid()).isPositive();
            begin = System.nanoTime();
        }
        await().pollInterval(Duration.ofMillis(1)).pollDelay(Duration.ZERO).until(() -> agent.callsInFlight() == 0);
        return System.nanoTime() - begin;
    }

    private static void awaitBlocked(SeccompAgent agent) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> agent.callsDelayed() == 1);
    }

    @Test
    void nothingIsDoneWhileNothingBlocks() throws IOException, InterruptedException {
        try (SeccompAgent agent = builder().start()) {
            assertThat(agent.callsInFlight()).isZero();
            Thread watching = thread("blocked-calls");
            await().until(() -> watching.getState() == Thread.State.WAITING);
        }
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
