package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.StateMemfd;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.MountNamespace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent goes on with the containers that the one before it has left to the keeper. */
class RestoredContainersTest extends RestoredAgents {
    @Test
    void aContainerIsServedOn() throws Exception {
        SeccompAgent first = start(succeeds);
        assertThat(keeper.isReady()).isTrue();
        try (Script script = Script.start(
                first, "c", "mkdir /first; touch /made; until [ -e /go ]; do :; done; mkdir /second && mkdir /third")) {
            await().until(() -> Files.exists(inside(script, "/made")));
            first.park();
            Files.createFile(inside(script, "/go"));

            try (SeccompAgent second = start(succeeds)) {
                assertThat(script.await()).isZero();
                assertThat(calls).hasValue(3);
                assertThat(second.counters().get(Counter.LISTENERS)).isEqualTo(1);
                requireNothingElseKept("j1");
            }
        }
    }

    @Test
    void theResolverIsToldItsNote() throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        Resolver resolver = new Resolver() {
            @Override
            public HandlerRegistry resolve(ContainerProcessState container) {
                return HandlerRegistry.builder().note("first").build();
            }

            @Override
            public HandlerRegistry restore(ContainerProcessState container, String note) {
                told.add(note);
                return HandlerRegistry.builder()
                        .note(note.equals("first") ? "\u00e9" : "")
                        .build();
            }
        };
        SeccompAgent agent = startWith(resolver);
        try (Script script = Script.start(agent, "c", "until [ -e /stop ]; do mkdir -p /a; done")) {
            for (int i = 1; i <= 3; i++) {
                SeccompAgent now = agent;
                await().until(() -> now.activeListeners() == 1); // from then on its note is kept
                agent.park();
                agent = startWith(resolver);
            }
            await().until(() -> told.size() == 3);
            Files.createFile(inside(script, "/stop"));
            assertThat(script.await()).isZero();
        } finally {
            agent.close();
        }
        assertThat(told).containsExactly("first", "\u00e9", "");
    }

    /** Its state, its resolver or its note may be what ends them. */
    @ParameterizedTest
    @CsvSource({"0, false", "2, false", "4, false", "5, true", "9, true"})
    void aContainerThatAgentsDoNotSurviveIsRefused(int tries, boolean refused) throws Exception {
        String script = refused ? Script.mkdirSays("not permitted") : "mkdir /abc";
        SeccompAgent first = start(succeeds);
        try (Script running = Script.start(first, "c", "until [ -e /go ]; do :; done; " + script + "; sleep 60");
                Script other = Script.start(first, "d", "until [ -e /go ]; do :; done; mkdir /abc")) {
            await().until(() -> first.activeListeners() == 2);
            first.park();
            setTries("s1", tries);
            try (SeccompAgent second = start(succeeds)) {
                await().until(() -> second.activeListeners() == 2);
                Files.createFile(inside(running, "/go"));
                Files.createFile(inside(other, "/go"));

                assertThat(other.await()).isZero();
                await().until(() -> calls.get() == (refused ? 1 : 2));
                assertThat(second.containers().get(ContainerState.REFUSED)).isEqualTo(refused ? 1 : 0);
                assertThat(tries("s1")).isEqualTo(refused ? tries + 1 : 0);
            }
        }
    }

    private void setTries(String name, long tries) throws IOException {
        try (FileChannel file = FileChannel.open(kept(name), StandardOpenOption.WRITE)) {
            file.write(
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.nativeOrder())
                            .putLong(tries)
                            .rewind(),
                    16);
        }
    }

    private long tries(String name) throws IOException {
        try (FileChannel file = FileChannel.open(kept(name))) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
            file.read(bytes, 16);
            return bytes.getLong(0);
        }
    }

    private Path kept(String name) {
        return Path.of("/proc/self/fd/" + keeper.get(name).number());
    }

    /** A container of the same name may be there by then. */
    @Test
    void aContainerWhoseFirstProcessIsGoneHasNothingThatItHad() throws Exception {
        assertThat(new ServedContainer(
                                new ContainerProcessState("", 1, "", new Container("c", "", 1, "", Map.of())),
                                OptionalInt.empty(),
                                "",
                                MountNamespace.UNKNOWN,
                                new KnownProcess(1, 1),
                                Freezer.none("none"))
                        .hasFirstProcess())
                .isFalse();
    }

    @Test
    void theContainerIsAsItWasAndTheResolverIsAskedAgain() throws Exception {
        List<ContainerProcessState> states = new CopyOnWriteArrayList<>();
        Resolver resolver = container -> {
            states.add(container);
            return HandlerRegistry.builder().on("mkdir", neverEnds).build();
        };
        SeccompAgent first = startWith(resolver);
        try (Script script = Script.start(first, "quote\" back\\ \u00e4 \ud83d\ude00", "mkdir /abc")) {
            begun.await();
            first.park();
            assertThat(script.pid()).isPositive();
            try (SeccompAgent second = startWith(resolver)) {
                await().until(() -> states.size() == 2);
                assertThat(states.get(1)).isEqualTo(states.get(0));
                assertThat(second.containers()).containsEntry(ContainerState.SERVED, 1);
            }
        }
    }

    /** A kept container that cannot be read, whatever an older or newer agent has made of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "{}",
                "{\"version\":2}",
                "{\"version\":1}",
                "{\"version\":1,\"pid\":99999999999,\"start\":1}",
                "{\"version\":1,\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}",
                "{\"version\":true}"
            })
    void whatCannotBeReadFails(String state) throws Exception {
        SeccompAgent first = start(neverEnds);
        String script = IO_ERROR + " && mkdir /def 2>&1 | grep -q 'not permitted'";
        try (Script running = Script.start(first, "c", script)) {
            begun.await();
            first.park();
            keeper.names();
            keeper.put("s1", state(state));
            try (SeccompAgent second = start(succeeds)) {
                assertThat(keeper.isReady()).isTrue();
                assertThat(running.await()).isZero();
                assertThat(calls).hasValue(0);
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isEqualTo(1);
                requireNothingElseKept("j1");
            }
        }
    }

    /** For example, the resolver asks a server that is away for a moment. */
    @Test
    void aResolverThatFailsIsAskedAgain() throws Exception {
        SeccompAgent first = start(neverEnds);
        try (Script script = Script.start(first, "c", "mkdir /abc && mkdir /def")) {
            begun.await();
            first.park();
            AtomicInteger asked = new AtomicInteger();
            Resolver resolver = container -> {
                if (asked.incrementAndGet() < 3) {
                    throw new IllegalStateException("away");
                }
                return HandlerRegistry.builder().on("mkdir", succeeds).build();
            };
            try (SeccompAgent second = startWith(resolver)) {
                assertThat(script.await()).isZero();
                assertThat(calls).hasValue(2);
                assertThat(second.counters().get(Counter.RESOLVER_ERRORS)).isEqualTo(2);
            }
        }
    }

    @Test
    void aContainerWhoseResolverNeverAnswersIsLeftToTheNextAgent() throws Exception {
        SeccompAgent first = start(neverEnds);
        try (Script script = Script.start(first, "c", "mkdir /abc")) {
            begun.await();
            first.park();
            CountDownLatch asked = new CountDownLatch(2);
            Resolver resolver = container -> {
                asked.countDown();
                throw new IllegalStateException("away");
            };
            SeccompAgent second = startWith(resolver);
            asked.await();
            second.park();
            try (SeccompAgent third = start(succeeds)) {
                assertThat(script.await()).isZero();
                assertThat(third.counters().get(Counter.CALLS_LOST_BY_RESTART)).isZero();
            }
        }
    }

    /** For lack of room it is not kept at first. Calls that it makes meanwhile are not lost either. */
    @Test
    void whatIsKeptLaterIsServedOn() throws Exception {
        SeccompAgent first = Agents.builder(neverEnds)
                .maxStoredBytes(600)
                .keeper(keeper.next())
                .start();
        Script large = Script.start(first, "x".repeat(60), "sleep 1000; mkdir /abc");
        try (Script script = Script.start(first, "y".repeat(60), "mkdir /abc && mkdir /def")) {
            begun.await();
            assertThat(first.counters().get(Counter.NOT_KEPT)).isEqualTo(1);
            large.close();
            await().until(() -> keeper.names().contains("l2"));
            first.park();
            try (SeccompAgent second = start(succeeds)) {
                assertThat(script.await()).isZero();
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isZero();
                assertThat(calls).hasValue(2);
            }
        } finally {
            large.close();
        }
    }

    @Test
    void whatTheProfileMakesImpossibleFails() throws Exception {
        SeccompAgent first = start(neverEnds);
        try (Script script = Script.start(first, "c", Script.mkdirSays("not permitted"))) {
            begun.await();
            first.park();
            Resolver resolver = container -> {
                throw new IllegalArgumentException("no such policy");
            };
            try (SeccompAgent second = startWith(resolver)) {
                assertThat(script.await()).isZero();
                assertThat(second.counters().get(Counter.RESOLVER_ERRORS)).isEqualTo(1);
            }
        }
    }

    @Test
    void whatIsHalfThereIsForgotten() throws Exception {
        keeper.put("j1", Fd.open("/dev/null", 2));
        keeper.put("s7", state("{}"));
        keeper.put("l8", Fd.open("/dev/null", 0));
        keeper.put("s8", StateMemfd.of("{}".getBytes(StandardCharsets.UTF_8)));
        keeper.put("s9", Fd.open("/dev/null", 0));
        keeper.put("a3", Fd.open("/dev/null", 0));
        keeper.put("l0", Fd.open("/dev/null", 0));
        keeper.put("z", Fd.open("/dev/null", 0));
        try (SeccompAgent agent = start(succeeds);
                Script script = Script.start(agent, "c", "mkdir /abc")) {
            assertThat(keeper.isReady()).isTrue();
            assertThat(agent.activeListeners() <= 1).isTrue();
            assertThat(script.await()).isZero();
            requireNothingElseKept("j1b", "l0", "z");
        }
    }

    @Test
    void theAgentsOwnTrialIsNotKept() throws Exception {
        Path path = folder.resolve("agent.socket");
        try (SeccompAgent agent =
                Agents.builder(succeeds).socket(path).keeper(keeper.next()).start()) {
            agent.tryOut();
            await().until(() -> keeper.names().stream().allMatch(name -> name.matches("j1|e1|x.*|[ab]|p.*")));
        }
    }

    /** A program that closes its agent wants it to end. */
    @Test
    void aCloseIsTheEnd() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent agent =
                Agents.builder(neverEnds).socket(path).keeper(keeper.next()).start();
        try (Script script = Script.start(agent, "a", Script.mkdirSays("Interrupted system call"))) {
            begun.await();
            agent.close();

            assertThat(script.await()).isZero();
            assertThat(path).doesNotExist();
            assertThat(keeper.isStopping()).isTrue();
            await().untilAsserted(() -> assertThat(keeper.names()).doesNotContain("l1", "s1")); // one after the other
        }
    }

    @Test
    void whereTheKeeperEndsTooTheEndIsTheEnd() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent agent =
                Agents.builder(neverEnds).socket(path).keeper(keeper.next()).start();
        try (Script script = Script.start(agent, "a", Script.mkdirSays("Interrupted system call"))) {
            begun.await();
            keeper.sayThatItEnds();
            agent.park();

            assertThat(script.await()).isZero();
            assertThat(path).doesNotExist();
        }
    }

    /** A signal can come to all processes at once, and first to the agent. */
    @Test
    void aKeeperThatEndsLaterIsAskedAgain() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent agent = Agents.builder(neverEnds)
                .shutdownGrace(Duration.ofSeconds(1))
                .socket(path)
                .keeper(keeper.next())
                .start();
        try (Script script = Script.start(agent, "a", Script.mkdirSays("Interrupted system call"))) {
            begun.await();
            CompletableFuture<Void> parked = CompletableFuture.runAsync(agent::park);
            await().until(() -> !agent.isAlive());
            keeper.sayThatItEnds();
            parked.get();

            assertThat(script.await()).isZero();
            assertThat(path).doesNotExist();
        }
    }
}
