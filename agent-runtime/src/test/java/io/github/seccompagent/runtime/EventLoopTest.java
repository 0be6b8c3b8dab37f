package io.github.seccompagent.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.linux.EventFd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private static final int SOURCES = 5;
    private static final int TURNS = 40;
    private static final long SLOW_NANOS = 200_000;

    private final AtomicInteger all = new AtomicInteger();
    private final EventLoop loop = new EventLoop(2, () -> {});

    @Test
    void whoeverIsAlwaysReadyAndSlowTakesNobodysTurn() throws InterruptedException {
        List<Greedy> sources =
                IntStream.range(0, SOURCES).mapToObj(i -> new Greedy()).toList();
        sources.forEach(loop::add);
        loop.start();

        await().until(() -> all.get() >= SOURCES * TURNS);
        assertThat(sources).extracting(source -> source.turns).allMatch(turns -> turns > TURNS / 2);

        loop.stop(Duration.ofSeconds(5));
        loop.close();
        sources.forEach(source -> source.event.close());
    }

    @Test
    void whoeverCannotBeReplacedIsTold() throws InterruptedException {
        loop.start();
        LoopThread first = requireNonNull(loop.leader());

        assertThat(loop.replaceLeader(first)).isTrue();
        LoopThread second = requireNonNull(loop.leader());
        assertThat(second).isNotSameAs(first);
        assertThat(loop.replaceLeader(first)).as("no longer the leader").isTrue();

        assertThat(loop.replaceLeader(second)).as("there are two already").isFalse();
        assertThat(second.beginsToWait()).isFalse();
        assertThat(loop.leader()).isSameAs(second);

        loop.stop(Duration.ofSeconds(5));
        loop.close();
    }

    /** Is ready all the time, and so slow that the leader is replaced. */
    private final class Greedy implements EventSource {
        private final EventFd event = new EventFd();
        private int turns;

        Greedy() {
            event.signal();
        }

        @Override
        public int number() {
            return event.number();
        }

        @Override
        public void ready(int events, LoopThread thread) {
            if (all.getAndIncrement() < SOURCES * TURNS) {
                turns++;
            }
            loop.replaceLeader(thread);
            LockSupport.parkNanos(SLOW_NANOS);
        }
    }
}
