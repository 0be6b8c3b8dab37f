package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.helper.ListenerProbe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's own probe process is no container. */
class TrialTest {
    @TempDir
    private Path folder;

    private final List<String> resolved = new CopyOnWriteArrayList<>();

    private SeccompAgent start() throws Exception {
        return SeccompAgent.builder()
                .socket(folder.resolve("agent.socket"))
                .resolver(container -> {
                    resolved.add(container.id());
                    return HandlerRegistry.builder()
                            .on("mkdir", call -> Response.success())
                            .build();
                })
                .start();
    }

    @Test
    void isNotCountedAmongTheContainers() throws Exception {
        try (SeccompAgent agent = start()) {
            FutureTask<Void> trials = new FutureTask<>(
                    () -> {
                        for (int i = 0; i < 10; i++) {
                            agent.tryOut();
                        }
                    },
                    null);
            new Thread(trials).start();
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                assertThat(agent.containers().values()).containsOnly(0);
                assertThat(agent.activeListeners()).isZero();
                return trials.isDone();
            });
            trials.get();
            assertThat(agent.counters().get(Counter.LISTENERS)).isZero();
            assertThat(agent.counters().get(Counter.NOTIFICATIONS)).isEqualTo(10);
            assertThat(resolved).isEmpty();
        }
    }

    @Test
    void isNotMistakenForAContainerOfTheName() throws Exception {
        try (SeccompAgent agent = start();
                Script container = Script.start(agent, "probe", "mkdir /abc && sleep 1000")) {
            await().until(() -> resolved.contains("probe"));

            agent.tryOut();

            assertThat(resolved).containsExactly("probe");
            assertThat(agent.activeListeners()).isEqualTo(1);
            assertThat(container.pid()).isPositive();
        }
    }

    @Test
    void nobodyElseCanPassForIt() throws Exception {
        try (SeccompAgent agent = start();
                Script script = Script.start(agent, ListenerProbe.CONTAINER_ID, Script.mkdirSays("not implemented"))) {
            assertThat(script.await()).isZero();
            assertThat(agent.activeListeners()).isZero();
            assertThat(agent.counters().get(Counter.BAD_STATES)).isEqualTo(1);
            assertThat(resolved).isEmpty();
        }
    }
}
