package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HandlerTimeoutTest {
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean interrupted;
    private volatile boolean interruptionLeft;

    private Response handle(NotifiedCall call) throws InterruptedException {
        interruptionLeft |= Thread.currentThread().isInterrupted();
        if (call.path(0).name().is("/slow")) {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted = true;
                throw e;
            }
        }
        return Response.success();
    }

    @Test
    void theCallerGetsEtimedoutAndTheHandlerIsInterrupted() throws Exception {
        String script = "mkdir /slow 2>&1 | grep -q 'timed out' && for i in 1 2 3 4 5 6 7 8; do mkdir /a$i; done";
        try (SeccompAgent agent = Agents.builder(this::handle)
                        .handlerTimeout(Duration.ofMillis(150))
                        .start();
                Script running = Script.start(agent, "a", script)) {
            assertThat(running.await()).isZero();

            await().until(() -> interrupted);
            await().until(() -> agent.callsInFlight() == 0);
            assertThat(agent.counters().get(Counter.HANDLER_TIMEOUTS)).isEqualTo(1);
            assertThat(agent.counters().get(Counter.SEND_ERRORS)).isZero();
            assertThat(interruptionLeft).isFalse();
        }
    }

    @Test
    void aHandlerThatHeedsNoInterruptKeepsNobodyWaiting() throws Exception {
        CountDownLatch stubborn = new CountDownLatch(1);
        try (SeccompAgent agent = Agents.builder(call -> {
                            if (call.path(0).name().is("/slow")) {
                                awaitUninterruptibly(stubborn);
                            }
                            return Response.success();
                        })
                        .handlerTimeout(Duration.ofMillis(150))
                        .start();
                Script running = Script.start(agent, "a", "mkdir /slow 2>&1 | grep -q 'timed out' && mkdir /b")) {
            assertThat(running.await()).isZero();
            assertThat(agent.callsInFlight()).isEqualTo(1);
            await().until(() -> agent.counters().get(Counter.STUCK_HANDLERS) == 1);
            stubborn.countDown();
            await().until(() -> agent.callsInFlight() == 0);
        }
    }

    /**
     * However many calls a container makes whose handlers never return, each gets an answer, and other containers too.
     */
    @Test
    void handlersThatNeverReturnHoldSoManyThreadsAndNoCaller() throws Exception {
        CountDownLatch stubborn = new CountDownLatch(1);
        String calls = "for i in $(seq 100); do mkdir /slow 2>/$i & done; wait; cat /[0-9]* | grep -c 'timed out'"
                + " | grep -qx 100";
        try (SeccompAgent agent = Agents.builder(call -> {
                            if (call.path(0).name().is("/slow")) {
                                awaitUninterruptibly(stubborn);
                                return Response.failure(Errno.EXDEV);
                            }
                            return Response.success();
                        })
                        .handlerTimeout(Duration.ofMillis(300))
                        .start();
                Script running = Script.start(agent, "a", calls);
                Script other = Script.start(agent, "b", "for i in 1 2 3 4 5 6 7 8; do mkdir /a$i || exit 1; done")) {
            assertThat(running.await()).isZero();
            assertThat(other.await()).isZero();
            assertThat(agent.callsInFlight()).isLessThan(64);
            assertThat(agent.counters().get(Counter.REFUSED_CALLS)).isPositive();
            assertThat(agent.isAlive()).isTrue();

            stubborn.countDown();
            await().until(() -> agent.callsInFlight() == 0);
            assertThat(agent.counters().get(Counter.SEND_ERRORS)).isZero();
            try (Script again = Script.start(agent, "a", "mkdir /c")) {
                assertThat(again.await()).isZero();
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // on purpose
            }
        }
    }
}
