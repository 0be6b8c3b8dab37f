package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A resolver that does not answer: its container gets EPERM, and nobody else waits. */
class ResolverTimeoutTest {
    private static final Duration TIMEOUT = Duration.ofMillis(700);
    private static final HandlerRegistry PROCEED = HandlerRegistry.builder().build();
    private static final String REFUSED = Script.mkdirSays("not permitted");
    private static final String UNTIL_SERVED = "; until mkdir /abc 2>/dev/null; do sleep 0.05; done";

    @AutoClose
    private final StandInKeeper keeper = new StandInKeeper();

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void letGo() {
        answer.countDown();
    }

    private static SeccompAgent start(Resolver resolver, Keeper keeper) throws IOException {
        return SeccompAgent.builder()
                .resolver(resolver)
                .resolverTimeout(TIMEOUT)
                .shutdownGrace(Duration.ofMillis(200))
                .keeper(keeper)
                .start();
    }

    private HandlerRegistry waitForEver() {
        asked.incrementAndGet();
        while (true) {
            try {
                answer.await();
                return PROCEED;
            } catch (InterruptedException e) {
                // on purpose
            }
        }
    }

    @Test
    void itsCallsFailAndItsListenerStaysUntilItAnswers() throws Exception {
        try (SeccompAgent agent = start(container -> waitForEver(), Keeper.none());
                Script script = Script.start(
                        agent, "a", REFUSED + " && " + REFUSED + " && : > /refused || exit 1" + UNTIL_SERVED)) {
            await().until(() -> Files.exists(Path.of("/proc/" + script.pid() + "/root/refused")));
            assertThat(agent.counters().get(Counter.RESOLVER_TIMEOUTS)).isEqualTo(1);
            assertThat(agent.containers()).containsEntry(ContainerState.REFUSED, 1);
            assertThat(asked).hasValue(1);

            answer.countDown();
            assertThat(script.await()).isZero();
            assertThat(agent.counters().get(Counter.LISTENERS)).isEqualTo(1);
        }
    }

    @Test
    void oneThatHeedsTheInterruptIsAskedAgain() throws Exception {
        Resolver resolver = container -> {
            if (asked.incrementAndGet() < 3) {
                new CountDownLatch(1).await();
            }
            return PROCEED;
        };
        try (SeccompAgent agent = start(resolver, Keeper.none());
                Script script = Script.start(agent, "a", REFUSED)) {
            assertThat(script.await()).isZero();
        }
    }

    @Test
    void othersAreServedMeanwhile() throws Exception {
        Resolver resolver = container -> container.id().equals("b") ? PROCEED : waitForEver();
        List<Script> scripts = new ArrayList<>();
        try (SeccompAgent agent = start(resolver, Keeper.none())) {
            for (int i = 0; i < 30; i++) {
                scripts.add(Script.start(agent, "a" + i, REFUSED));
            }
            try (Script other = Script.start(agent, "b", "mkdir /abc")) {
                assertThat(other.await()).isZero();
            }
            for (Script script : scripts) {
                assertThat(script.await()).isZero();
            }
        } finally {
            scripts.forEach(Script::close);
        }
    }

    /** A container that is gone need not be asked for. */
    @Test
    void noneIsAskedForWhenItHasEnded() throws Exception {
        Resolver resolver = container -> {
            asked.incrementAndGet();
            throw new InterruptedException("as if it was");
        };
        SeccompAgent first = start(container -> PROCEED, keeper.next());
        Script script = Script.start(first, "a", "sleep 1000; mkdir /a");
        try {
            await().until(() -> first.activeListeners() == 1);
            first.park();
            try (SeccompAgent second = start(resolver, keeper.next())) {
                await().until(() -> second.counters().get(Counter.RESOLVER_TIMEOUTS) == 1);
                script.close();
                await().until(() -> second.activeListeners() == 0);
                await().until(() -> keeper.names().stream().noneMatch(name -> name.startsWith("l")));
                int before = asked.get();
                await().pollDelay(Duration.ofSeconds(2)).until(() -> asked.get() <= before + 1);
            }
        } finally {
            script.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKeptContainerWaitsAndThenFailsUntilItAnswers(boolean throwing) throws Exception {
        Resolver resolver = container -> {
            if (throwing && answer.getCount() > 0) {
                throw new NoClassDefFoundError("on purpose");
            }
            return waitForEver();
        };
        CountDownLatch begun = new CountDownLatch(1);
        SyscallHandler neverEnds = call -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return Response.success();
        };
        SeccompAgent first = Agents.builder(neverEnds).keeper(keeper.next()).start();
        try (Script script = Script.start(first, "a", REFUSED + " && : > /refused || exit 1" + UNTIL_SERVED)) {
            begun.await();
            first.park();
            try (SeccompAgent second = start(resolver, keeper.next())) {
                await().until(() -> Files.exists(Path.of("/proc/" + script.pid() + "/root/refused")));
                assertThat(second.counters().get(Counter.RESOLVER_TIMEOUTS)).isEqualTo(1);
                answer.countDown();
                assertThat(script.await()).isZero();
            }
        }
    }
}
