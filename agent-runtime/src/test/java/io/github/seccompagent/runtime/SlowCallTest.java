package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of /slow wait until they are let go; calls of anything else do not. */
class SlowCallTest {
    private static final int MAX_IN_FLIGHT = 8; // 2 for one container, 1 in reserve, 64 slow ones
    private static final int SHARE = 5; // calls of one container, including slow ones, while there are few others
    private static final String SIX_SLOW_CALLS = "for i in 1 2 3 4 5 6; do mkdir /slow & done; wait";

    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger slowNow = new AtomicInteger();
    private final AtomicInteger slowAtMost = new AtomicInteger();
    private final AtomicInteger slowDone = new AtomicInteger();
    private final List<Script> scripts = new ArrayList<>();

    private Response handle(NotifiedCall call) throws InterruptedException {
        if (call.path(0).name().is("/slow")) {
            slowAtMost.accumulateAndGet(slowNow.incrementAndGet(), Math::max);
            go.await();
            slowNow.decrementAndGet();
            slowDone.incrementAndGet();
        }
        return Response.success();
    }

    @AfterEach
    void close() {
        go.countDown();
        scripts.forEach(Script::close);
    }

    private Script start(SeccompAgent agent, String id, String script) throws Exception {
        Script started = Script.start(agent, id, script);
        scripts.add(started);
        return started;
    }

    @Test
    void aSlowCallDelaysNoOtherContainer() throws Exception {
        try (SeccompAgent agent = Agents.withMkdir(this::handle)) {
            Script slow = start(agent, "slow", "mkdir /slow");
            await().until(() -> slowNow.get() == 1);

            Script fast = start(agent, "fast", "for i in 1 2 3 4 5 6 7 8 9 10; do mkdir /a$i; done");
            assertThat(fast.await()).isZero();

            assertThat(slowDone).hasValue(0);
            go.countDown();
            assertThat(slow.await()).isZero();
            assertThat(slowDone).hasValue(1);
        }
    }

    @Test
    void aSlowCallDelaysNoOtherCallOfItsContainer() throws Exception {
        try (SeccompAgent agent = Agents.withMkdir(this::handle)) {
            Script script = start(agent, "a", "mkdir /slow & mkdir /b && mkdir /c && : > /done; wait");
            await().until(() -> Files.exists(Path.of("/proc/" + script.pid() + "/root/done")));

            assertThat(slowDone).hasValue(0);
            go.countDown();
            assertThat(script.await()).isZero();
            assertThat(agent.counters().get(Counter.NOTIFICATIONS)).isEqualTo(3);
        }
    }

    @Test
    void moreSlowCallsThanAContainerMayHaveDelayNoOtherContainer() throws Exception {
        try (SeccompAgent agent =
                Agents.builder(this::handle).maxInFlight(MAX_IN_FLIGHT).start()) {
            Script slow = start(agent, "slow", SIX_SLOW_CALLS);
            await().until(() -> agent.callsDelayed() == SHARE);

            assertThat(start(agent, "fast", "mkdir /a && mkdir /b").await()).isZero();

            assertThat(slowDone).hasValue(0);
            go.countDown();
            assertThat(slow.await()).isZero();
            assertThat(slowDone).hasValue(6);
            assertThat(slowAtMost).hasValue(SHARE);
        }
    }

    @Test
    void theReserveIsThereForAContainerThatComesLast() throws Exception {
        try (SeccompAgent agent =
                Agents.builder(this::handle).maxInFlight(MAX_IN_FLIGHT).start()) {
            for (int i = 0; i < 4; i++) {
                start(agent, "slow-" + i, SIX_SLOW_CALLS);
            }
            await().until(() -> agent.callsDelayed() > MAX_IN_FLIGHT);

            assertThat(start(agent, "last", "mkdir /a && mkdir /b").await()).isZero();

            assertThat(slowDone).hasValue(0);
            go.countDown();
            for (Script script : scripts.subList(0, 4)) {
                assertThat(script.await()).isZero();
            }
            assertThat(slowDone).hasValue(24);
            assertThat(slowAtMost.get()).isLessThanOrEqualTo(4 * SHARE);
        }
    }

    /** However many containers are greedy, the next one is served. */
    @Test
    void theNumberOfThreadsHasALimit() throws Exception {
        try (SeccompAgent agent =
                Agents.builder(this::handle).maxInFlight(MAX_IN_FLIGHT).start()) {
            for (int i = 0; i < 30; i++) {
                start(agent, "slow-" + i, SIX_SLOW_CALLS);
            }
            await().until(() -> slowNow.get() >= 30);
            assertThat(start(agent, "last", "mkdir /a && mkdir /b").await()).isZero();
            assertThat(Agents.threads("loop-")).hasSizeLessThanOrEqualTo(9 * MAX_IN_FLIGHT + 8);

            go.countDown();
            for (Script script : scripts.subList(0, 30)) {
                assertThat(script.await()).isZero();
            }
            assertThat(slowAtMost.get()).isLessThan(9 * MAX_IN_FLIGHT);
            assertThat(slowDone).hasValue(180);
        }
        await().until(() -> Agents.threads("loop-").isEmpty()); // a thread leaves the loop before it ends
    }

    /** Callers that are killed while they wait for a place take nobody's place. */
    @Test
    void callersThatAreKilledWhileTheyWaitStrandNobody() throws Exception {
        try (SeccompAgent agent =
                Agents.builder(this::handle).maxInFlight(MAX_IN_FLIGHT).start()) {
            for (int i = 0; i < 12; i++) {
                start(agent, "slow-" + i, SIX_SLOW_CALLS);
            }
            await().until(() -> slowNow.get() > MAX_IN_FLIGHT);
            Script waiting = start(agent, "waiting", "mkdir /a");
            scripts.subList(0, 12).forEach(Script::close);

            go.countDown();

            assertThat(waiting.await()).isZero();
            await().until(() -> agent.callsInFlight() == 0 && agent.activeListeners() == 0);
        }
    }
}
