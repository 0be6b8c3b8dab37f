package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.HandlerRegistry;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
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

    private void begin(ServedContainer container) {
        resolution.execute(container, () -> {
            resolution.resolve(container);
            resolution.forget(container);
        });
    }
}
