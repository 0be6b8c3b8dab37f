package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.app.falco.KubernetesWorkload;
import io.github.seccompagent.app.falco.PublishEventRequest;
import io.github.seccompagent.resolver.PodIdentity;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FalcoTest {
    private static final PodIdentity POD = new PodIdentity("shop", "cart", "web", "uid");

    private final PrometheusRegistry metrics = new PrometheusRegistry();

    @TempDir
    private Path folder;

    private Path socket;

    @AutoClose
    private FalcoSender sender;

    @BeforeEach
    void makeSender() {
        socket = folder.resolve("falco.sock");
        sender = new FalcoSender(socket);
        sender.register(metrics);
        sender.begin();
    }

    private FalcoEvent event(int id) {
        return new FalcoEvent(id, 20, "mkdirat", POD, 10, 15);
    }

    private double count(String what) {
        return metrics.scrape(("seccompagent_falco_events_" + what)::equals).stream()
                .map(CounterSnapshot.class::cast)
                .flatMap(counter -> counter.getDataPoints().stream())
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    @Test
    void anEventIsPublishedWithAllThatIsKnown() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.start(socket)) {
            sender.publish("a", event(1 << 30));
            await().until(() -> count("sent") == 1);

            assertThat(plugin.events())
                    .containsExactly(PublishEventRequest.newBuilder()
                            .setId(1 << 30)
                            .setPid(20)
                            .setSyscall("mkdirat")
                            .setK8S(KubernetesWorkload.newBuilder()
                                    .setNamespace("shop")
                                    .setPod("cart")
                                    .setContainer("web")
                                    .setPid(10)
                                    .setPidFilter(15))
                            .build());
        }
    }

    @Test
    void allGoInTheirOrderOverOneConnection() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.start(socket)) {
            for (int i = 0; i < 500; i++) {
                sender.publish("a", event(i));
            }
            await().until(() -> count("sent") == 500);

            assertThat(plugin.events()).extracting(PublishEventRequest::getId).isSorted();
            assertThat(plugin.connections()).isEqualTo(1);
        }
    }

    @Test
    void withoutFalcoEventsAreDroppedUntilItComes() throws Exception {
        sender.publish("a", event(1));
        await().until(() -> count("dropped") == 1);

        try (FalcoPlugin plugin = FalcoPlugin.start(socket)) {
            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                sender.publish("a", event(2));
                return !plugin.events().isEmpty();
            });
            assertThat(plugin.events().get(0).getId()).isEqualTo(2);
        }
    }

    @Test
    void aFalcoThatTakesNothingKeepsNobodyWaiting() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.startHanging(socket)) {
            sender.publish("a", event(0));
            await().until(() -> plugin.events().size() == 1);

            long begin = System.nanoTime();
            for (int i = 0; i < FalcoSender.MAX_WAITING_OF_ACCOUNT + 100; i++) {
                sender.publish("a", event(i));
            }
            Duration time = Duration.ofNanos(System.nanoTime() - begin);

            assertThat(time).isLessThan(Duration.ofSeconds(1)); // how long it waits for one answer
            assertThat(count("dropped")).isBetween(98.0, 102.0);
            assertThat(count("sent")).isZero();
        }
    }

    /** The container uses many listeners, as programs executed in it do. */
    @Test
    void aContainerThatFloodsTheAgentLosesNoEventsButItsOwn() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.start(socket);
                Falco falco = new Falco(socket)) {
            List<SyscallHandler> flood =
                    Stream.generate(() -> handler(falco, "flood")).limit(50).toList();
            SyscallHandler quiet = handler(falco, "quiet");
            NotifiedCall ofFlood = call("flood", 1);
            for (int i = 1; i <= 100; i++) {
                for (SyscallHandler listener : flood) {
                    for (int j = 0; j < 20; j++) {
                        listener.handle(ofFlood);
                    }
                }
                quiet.handle(call("quiet", i));
            }

            await().untilAsserted(() -> assertThat(plugin.events())
                    .extracting(PublishEventRequest::getId)
                    .filteredOn(id -> id != 1)
                    .hasSize(99));
        }
    }

    private static NotifiedCall call(String account, long id) {
        Map<String, Object> answers = Map.of("account", account, "id", id, "threadId", 20, "syscall", "mkdir");
        return (NotifiedCall) Proxy.newProxyInstance(
                FalcoTest.class.getClassLoader(),
                new Class<?>[] {NotifiedCall.class},
                (proxy, method, args) -> answers.get(method.getName()));
    }

    private static SyscallHandler handler(Falco falco, String container) {
        ContainerProcessState.Container state =
                new ContainerProcessState.Container(container, "running", 10, "", Map.of());
        return falco.of(POD, new ContainerProcessState("1.1.0", 15, "", state)).wrap(call -> Response.proceed());
    }

    @Test
    void whatWaitsIsSentBeforeItEnds() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.start(socket)) {
            for (int i = 0; i < 50; i++) {
                sender.publish("a", event(i));
            }
            sender.close();

            assertThat(plugin.events()).hasSize(50);
            sender.close(); // a second close is harmless
        }
    }

    @Test
    void aFalcoThatTakesNothingDoesNotKeepItFromEnding() throws Exception {
        try (FalcoPlugin plugin = FalcoPlugin.startHanging(socket)) {
            for (int i = 0; i < 2 * FalcoSender.MAX_WAITING_OF_ACCOUNT; i++) {
                sender.publish("a", event(i));
            }
            await().until(() -> plugin.events().size() == 1);

            long begin = System.nanoTime();
            sender.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void whatIsWrongIsOneLine() throws Exception {
        try (FalcoClient client = new FalcoClient(socket)) {
            assertThat(client.publish(event(1))).hasValue("UNAVAILABLE: No such file or directory");
            try (FalcoPlugin plugin = FalcoPlugin.startHanging(socket)) {
                await().until(() -> client.publish(event(2)).equals(Optional.of("no answer within a second")));

                int known = plugin.events().size();
                CompletableFuture<Void> ended = CompletableFuture.runAsync(
                                () -> await().until(() -> plugin.events().size() > known))
                        .thenRun(plugin::close);
                assertThat(client.publish(event(3)).orElseThrow())
                        .startsWith("CANCELLED: ")
                        .doesNotContain("\n");
                ended.join();
            }
        }
    }
}
