package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.MountNamespace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Containers that wait for their resolver. */
class ResolutionTest {
    private static final int NOBODY = 1 << 22; // no process has this id or a higher one

    private final CountDownLatch go = new CountDownLatch(1);
    private final Resolution resolution = new Resolution(
            container -> {
                go.await();
                return HandlerRegistry.builder().build();
            },
            Duration.ofMinutes(1),
            () -> {},
            new Counters());

    /** Serves nothing, and counts. */
    private static final class Counted implements Arrival {
        private final ServedContainer container;
        private final CountDownLatch served = new CountDownLatch(1);
        private final AtomicInteger abandoned = new AtomicInteger();

        Counted(ServedContainer container) {
            this.container = container;
        }

        @Override
        public void prepare() {}

        @Override
        public ServedContainer container() {
            return container;
        }

        @Override
        public String note() {
            return "";
        }

        @Override
        public void serve(HandlerRegistry registry) {
            served.countDown();
        }

        @Override
        public void abandon() {
            abandoned.incrementAndGet();
        }

        @Override
        public boolean hasEnded() {
            return false;
        }
    }

    @AfterEach
    void close() {
        go.countDown();
        resolution.close();
    }

    /** For example, one program hands over two listeners, each with the same state. */
    @Test
    void twoOfAlikeStatesCountTwice() {
        ContainerProcessState state =
                new ContainerProcessState("1.1.0", NOBODY, "", new Container("c", "running", NOBODY, "/", Map.of()));
        ServedContainer container = ServedContainer.of(state, OptionalInt.empty());
        ServedContainer first = container.with(state);
        ServedContainer second = container.with(state);
        assertThat(first.state()).isEqualTo(second.state());

        resolution.ask(new Counted(first));
        resolution.ask(new Counted(second));
        assertThat(resolution.pending()).hasSize(2);

        go.countDown();
        await().until(() -> resolution.pending().isEmpty());
    }

    /** A user can keep many containers, and the resolver may be slow for all of them. */
    @Test
    void keptContainersOfUsersDoNotHoldUpTheOthers() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        Resolution ofBoth = new Resolution(
                container -> {
                    if (container.metadata().isEmpty()) {
                        asked.countDown();
                    }
                    go.await();
                    return HandlerRegistry.builder().build();
                },
                Duration.ofMinutes(1),
                () -> {},
                new Counters());
        try {
            for (int i = 0; i < 20; i++) {
                ofBoth.askForKept(new Counted(container(OptionalInt.of(1000), "slow")));
            }
            ofBoth.askForKept(new Counted(container(OptionalInt.empty(), "")));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            ofBoth.close();
        }
    }

    /** Whether it waits for a thread, for an answer, or to be asked for again: what it has is given back. */
    @Test
    void whoeverIsNotServedIsAbandonedAtTheEnd() {
        AtomicInteger tries = new AtomicInteger();
        Resolution failing = new Resolution(
                container -> {
                    tries.incrementAndGet();
                    throw new IllegalStateException("away");
                },
                Duration.ofMinutes(1),
                () -> {},
                new Counters());
        Counted paused = new Counted(container(OptionalInt.empty(), ""));
        failing.askForKept(paused);
        await().until(() -> tries.get() == 1);
        failing.close();
        assertThat(paused.abandoned).hasValue(1);

        List<Counted> waiting = IntStream.range(0, 20)
                .mapToObj(i -> new Counted(container(OptionalInt.empty(), "")))
                .toList();
        waiting.forEach(resolution::ask);
        resolution.close();
        resolution.close();
        assertThat(waiting).allMatch(each -> each.abandoned.get() == 1 && each.served.getCount() == 1);
    }

    /** However long the resolver takes for some, another one need not wait for them. */
    @Test
    void slowOnesHoldUpNobody() throws InterruptedException {
        CountDownLatch others = new CountDownLatch(40);
        Resolution slow = new Resolution(
                container -> {
                    others.countDown();
                    go.await();
                    return HandlerRegistry.builder().build();
                },
                Duration.ofMinutes(1),
                () -> {},
                new Counters());
        try {
            for (int i = 0; i < 40; i++) {
                slow.ask(new Counted(container(OptionalInt.empty(), "")));
            }
            await().until(() -> slow.look(System.nanoTime()) && others.getCount() == 0);
        } finally {
            slow.close();
        }
        await().until(() -> Agents.threads("resolver-").isEmpty());
    }

    private static ServedContainer container(OptionalInt owner, String metadata) {
        ContainerProcessState state = new ContainerProcessState(
                "1.1.0", NOBODY, metadata, new Container("c", "running", NOBODY, "/", Map.of()));
        return new ServedContainer(
                state, owner, "", MountNamespace.UNKNOWN, new KnownProcess(0, -1), Freezer.none("none"));
    }
}
