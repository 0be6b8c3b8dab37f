package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.linux.process.KnownProcess;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
            new Counters());

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
        assertThat(first).isEqualTo(second);

        begin(first);
        begin(second);
        assertThat(resolution.pending()).hasSize(2);

        go.countDown();
        await().until(() -> resolution.pending().isEmpty());
    }

    /** A user can keep many containers, and the resolver may be slow for all of them. */
    @Test
    void keptContainersOfUsersDoNotHoldUpTheOthers() throws InterruptedException {
        CountDownLatch served = new CountDownLatch(1);
        for (int i = 0; i < 20; i++) {
            ServedContainer ofUser = container(OptionalInt.of(1000));
            resolution.executeKept(
                    ofUser, () -> resolution.resolveKept(ofUser, "").isPresent());
        }
        resolution.executeKept(container(OptionalInt.empty()), () -> {
            served.countDown();
            return true;
        });
        assertThat(served.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Then it sees that there is nothing to do, and gives back what it has. */
    @Test
    void whoeverWaitsToBeTriedAgainIsCalledAtTheEnd() {
        AtomicInteger tries = new AtomicInteger();
        resolution.executeKept(container(OptionalInt.empty()), () -> tries.incrementAndGet() > 5);
        await().until(() -> tries.get() == 4); // the fifth is 800 ms later
        resolution.close();
        assertThat(tries).hasValue(5);
    }

    private static ServedContainer container(OptionalInt owner) {
        ContainerProcessState state =
                new ContainerProcessState("1.1.0", NOBODY, "", new Container("c", "running", NOBODY, "/", Map.of()));
        return new ServedContainer(state, owner, "", new KnownProcess(0, -1), Freezer.none("none"));
    }

    private void begin(ServedContainer container) {
        resolution.execute(container, () -> {
            resolution.resolve(container);
            resolution.forget(container);
        });
    }
}
