package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.ContainerMemfd;
import io.github.seccompagent.linux.keeper.Journal;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent goes on with what the one before it has left to the keeper. */
class RestoreTest {
    private static final String IO_ERROR = Script.mkdirSays("Input/output error");
    /** Handlers that never end use it up at each restart. */
    private static final Duration GRACE = Duration.ofMillis(50);

    /** An agent waits ten seconds for calls of the agent before it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final SyscallHandler MAKE = call -> call.onBehalf().mkdir(call.path(0), 0777);

    @TempDir
    private Path folder;

    @AutoClose
    private final StandInKeeper keeper = new StandInKeeper();

    private final HeldHandlers handlers = new HeldHandlers();
    private final CountDownLatch begun = handlers.begun;
    private final AtomicInteger calls = handlers.calls;
    private final SyscallHandler succeeds = handlers.succeeds;
    private final SyscallHandler neverEnds = handlers.neverEnds;

    private SeccompAgent start(SyscallHandler handler) throws IOException {
        return Agents.builder(handler)
                .shutdownGrace(GRACE)
                .keeper(keeper.next())
                .start();
    }

    private SeccompAgent startWith(Resolver resolver) throws IOException {
        return SeccompAgent.builder()
                .shutdownGrace(GRACE)
                .resolver(resolver)
                .keeper(keeper.next())
                .start();
    }

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
    void aCallForWhichNothingWasDoneIsHandledAgain() throws Exception {
        SeccompAgent first = start(neverEnds);
        try (Script script = Script.start(first, "c", "mkdir /abc")) {
            begun.await();
            first.park();
            try (SeccompAgent second = start(succeeds)) {
                assertThat(script.await()).isZero();
                assertThat(calls).hasValue(1);
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isZero();
                await().until(() -> second.callsInFlight() == 0);
            }
        }
    }

    /** Also if that happens again and again, and to many calls at once. */
    @Test
    void callsWaitForAsManyAgentsAsItTakes() throws Exception {
        String script = "for i in 1 2 3 4 5 6 7 8; do mkdir /$i & done; wait; mkdir /9";
        SeccompAgent agent = start(neverEnds);
        try (Script running = Script.start(agent, "c", script)) {
            for (int i = 0; i < 3; i++) {
                SeccompAgent now = agent;
                await().until(() -> now.callsInFlight() == 8);
                agent.park();
                agent = start(i < 2 ? neverEnds : succeeds);
            }
            assertThat(running.await()).isZero();
            assertThat(calls).hasValue(9);
        } finally {
            agent.close();
        }
    }

    /** Whatever a handler does on behalf is done once, and it gets the same result again. */
    @Test
    void aCallForWhichSomethingWasDoneIsFinished() throws Exception {
        AtomicBoolean isLast = new AtomicBoolean();
        SyscallHandler makesTwo = call -> {
            OnBehalf caller = call.onBehalf();
            Response made = caller.mkdir(call.path(0), 0777);
            Response again = caller.mkdir(call.path(0), 0777);
            calls.incrementAndGet();
            if (!isLast.get()) {
                neverEnds.handle(call);
            }
            return made.equals(Response.success()) && again.equals(Response.failure(Errno.EEXIST))
                    ? caller.mkdir(call.path(0).withSuffix("-third"), 0777)
                    : Response.failure(Errno.EBADMSG);
        };
        SeccompAgent agent = start(makesTwo);
        try (Script script = Script.start(agent, "c", "mkdir /abc && test -d /abc && test -d /abc-third")) {
            for (int i = 1; i <= 3; i++) {
                int so = i;
                await().until(() -> calls.get() == so);
                agent.park();
                isLast.set(i == 3);
                agent = start(makesTwo);
            }
            assertThat(script.await()).isZero();
            assertThat(agent.counters().get(Counter.CALLS_LOST_BY_RESTART)).isZero();
            requireNothingElseKept("j1");
        } finally {
            agent.close();
        }
    }

    /** The handler after it comes to another decision. Whatever that is, it does not rest on what was done. */
    @ParameterizedTest
    @ValueSource(strings = {"nothing", "proceed", "other", "more", "fallback"})
    void aCallForWhichSomethingElseWasDoneFailsAndIsNotMadeAgain(String decision) throws Exception {
        SeccompAgent first = start(call -> {
            call.onBehalf().mkdir(call.path(0), 0777);
            return neverEnds.handle(call);
        });
        try (Script script =
                Script.start(first, "c", IO_ERROR + " && test -d /abc && test ! -e /abc-other && mkdir /abc-2")) {
            begun.await();
            first.park();
            try (SeccompAgent second = start(
                    call -> call.path(0).toString().contains("-2") ? Response.success() : decide(decision, call))) {
                assertThat(script.await()).isZero();
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isEqualTo(1);
                requireNothingElseKept("j1");
            }
        }
    }

    private static Response decide(String decision, NotifiedCall call) {
        OnBehalf caller = call.onBehalf();
        return switch (decision) {
            case "nothing" -> Response.success();
            case "proceed" -> Response.proceed();
            case "other" -> caller.mkdir(call.path(0).withSuffix("-other"), 0777);
            case "more" -> caller.mkdir(call.path(0), 0700);
            default -> {
                caller.chmod(call.path(0), 0777, 0);
                yield caller.mkdir(call.path(0).withSuffix("-other"), 0777);
            }
        };
    }

    /** More than a slot can name. */
    @Test
    void aCallForWhichVeryMuchWasDoneFails() throws Exception {
        SeccompAgent first = start(call -> {
            for (int i = 0; i < 9; i++) {
                call.onBehalf().mkdir(call.path(0), 0777);
            }
            return neverEnds.handle(call);
        });
        try (Script script = Script.start(first, "c", IO_ERROR + " && test -d /abc")) {
            begun.await();
            first.park();
            try (SeccompAgent second = start(succeeds)) {
                assertThat(script.await()).isZero();
                assertThat(calls).hasValue(0);
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isEqualTo(1);
                requireNothingElseKept("j1");
            }
        }
    }

    @Test
    void nothingIsLeftAfterManyAgents() throws Exception {
        AtomicBoolean isLast = new AtomicBoolean();
        SyscallHandler handler = call -> {
            Response made = MAKE.handle(call);
            if (calls.incrementAndGet() % 3 == 0 && !isLast.get()) {
                neverEnds.handle(call);
            }
            return made;
        };
        SeccompAgent agent = start(handler);
        String script = "i=0; while [ $i -lt 25 ]; do mkdir /$i || exit; i=$((i+1)); done";
        try (Script running = Script.start(agent, "c", script)) {
            for (int i = 1; i <= 10; i++) {
                int so = 3 * i;
                await().until(() -> calls.get() == so);
                agent.park();
                isLast.set(i == 10);
                agent = start(handler);
            }
            assertThat(running.await()).isZero();
            requireNothingElseKept("j1");
        } finally {
            agent.close();
        }
    }

    /** Each agent has an executor of its own. Those of the agents before end. */
    private void requireNothingElseKept(String... names) {
        Set<String> wanted = Stream.concat(Stream.of("e1"), Stream.of(names))
                .collect(Collectors.toSet()); // effects are always there
        await(wanted + " and an executor")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(keeper::names, all -> {
                    Map<Boolean, List<String>> kept =
                            all.stream().collect(Collectors.partitioningBy(name -> name.startsWith("x")));
                    return kept.get(true).size() == 1
                            && Set.copyOf(kept.get(false)).equals(wanted);
                });
    }

    @Test
    void aDelayGoesOn() throws Exception {
        SyscallHandler delayed = call -> {
            begun.countDown();
            call.delay(Duration.ofSeconds(2));
            return MAKE.handle(call);
        };
        SeccompAgent first = start(delayed);
        try (Script script = Script.start(first, "c", "mkdir /abc && test -d /abc")) {
            begun.await();
            long begin = System.nanoTime();
            Thread.sleep(1200);
            first.park();
            try (SeccompAgent second = start(delayed)) {
                assertThat(script.await()).isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .as("a delay that began anew would end after 3.2 s")
                        .isBetween(Duration.ofMillis(1900), Duration.ofMillis(3200));
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isZero();
            }
        }
    }

    /** What was over stays over, and what has not begun begins. */
    @Test
    void theLastOfSeveralDelaysGoesOn() throws Exception {
        AtomicInteger delays = new AtomicInteger();
        SyscallHandler delayed = call -> {
            call.delay(Duration.ofMillis(1500));
            begun.countDown();
            call.delay(Duration.ofMillis(1000));
            long begin = System.nanoTime();
            call.delay(Duration.ofMillis(200));
            assertThat(System.nanoTime() - begin).isGreaterThan(190_000_000L);
            delays.incrementAndGet();
            return Response.success();
        };
        SeccompAgent first = start(delayed);
        try (Script script = Script.start(first, "c", "mkdir /abc")) {
            begun.await();
            long begin = System.nanoTime();
            first.park();
            try (SeccompAgent second = start(delayed)) {
                assertThat(script.await()).isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .as("with the first delay again, it would be 2.7 s")
                        .isBetween(Duration.ofMillis(800), Duration.ofMillis(2650));
                assertThat(delays).hasValue(1);
                await().until(() -> second.callsInFlight() == 0);
            }
        }
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

    @ParameterizedTest
    @ValueSource(strings = {"j2", "j17", "j1"})
    void callsOfAJournalOfAnotherVersionFail(String name) throws Exception {
        SeccompAgent first = start(neverEnds);
        try (Script script = Script.start(first, "c", IO_ERROR + " && mkdir /def")) {
            begun.await();
            first.park();
            keeper.names();
            try (FileChannel file = FileChannel.open(journal(), StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {'X'}), 0);
            }
            keeper.rename("j1", name);
            try (SeccompAgent second = start(succeeds)) {
                assertThat(script.await()).isZero();
                assertThat(calls).hasValue(1);
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isEqualTo(1);
                requireNothingElseKept(name.equals("j1") ? "j1b" : "j1");
            }
        }
    }

    /** What it does may be what ends them. */
    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void aCallThatManyAgentsHaveNotSurvivedFails(int tries) throws Exception {
        SeccompAgent first = start(neverEnds);
        try (Script script = Script.start(first, "c", tries == 8 ? IO_ERROR : "mkdir /abc")) {
            begun.await();
            first.park();
            Journal journal = Journal.of(Fd.open(journal().toString(), 2));
            for (int i = 0; i < journal.count(); i++) {
                for (int j = 0; j < tries && journal.slot(i).id() != 0; j++) {
                    journal.slot(i).countTry();
                }
            }
            try (SeccompAgent second = start(succeeds)) {
                assertThat(script.await()).isZero();
                assertThat(calls).hasValue(tries == 8 ? 0 : 1);
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isEqualTo(tries == 8 ? 1 : 0);
            }
        }
    }

    /** Whoever has received keeps the id of what was answered long ago. */
    @Test
    void anAgentStartsThoughAllSlotsAreUsed() throws Exception {
        SeccompAgent first = start(neverEnds);
        try (Script script = Script.start(first, "c", "mkdir /abc")) {
            begun.await();
            first.park();
            try (FileChannel file = FileChannel.open(journal(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                for (long at = 512; at < file.size(); at += 512) {
                    ByteBuffer id = ByteBuffer.allocate(8);
                    file.read(id, at + 256);
                    if (id.flip().getLong() == 0) {
                        file.write(ByteBuffer.allocate(8).put((byte) 1).rewind(), at);
                        file.write(ByteBuffer.allocate(8).put((byte) 9).rewind(), at + 256);
                    }
                }
            }
            try (SeccompAgent second = start(succeeds)) {
                assertThat(script.await()).isZero();
                assertThat(calls).hasValue(1);
                assertThat(second.counters().get(Counter.CALLS_LOST_BY_RESTART)).isZero();
            }
        }
    }

    private Path journal() {
        return Path.of("/proc/self/fd/" + keeper.get("j1").number());
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

    @Test
    void theSocketIsKept() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent.Builder builder = Agents.builder(succeeds).socket(path);
        builder.keeper(keeper.next()).start().park();
        assertThat(path).exists();
        System.gc(); // nothing that the first agent has left behind may shut the socket down
        Object file = Files.getAttribute(path, "unix:ino");
        try (SeccompAgent second = builder.keeper(keeper.next()).start()) {
            assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(file);
            second.tryOut();
        }
    }

    /** Somebody has put another file there: who connects would not come to the kept socket. */
    @Test
    void aSocketWhoseFileIsGoneIsMadeAnew() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent.Builder builder = Agents.builder(succeeds).socket(path);
        builder.keeper(keeper.next()).start().park();
        Files.delete(path);
        try (SeccompAgent second = builder.keeper(keeper.next()).start()) {
            second.tryOut();
            await().until(() -> keeper.names().stream().allMatch(name -> name.matches("j1|e1|x.*|[ab]1|p1[0-7]1")));
        }
    }

    /** A user can put something else in the place of its socket. Containers do not wait for that. */
    @Test
    void aUsersSocketThatCannotBeHadKeepsNoContainerWaiting() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent first = Agents.builder(succeeds)
                .socket(path)
                .allowUid(12345)
                .keeper(keeper.next())
                .start();
        try (Script script = Script.start(first, "c", "until [ -e /go ]; do :; done; mkdir /abc")) {
            await().until(() -> first.activeListeners() == 1);
            first.park();
            Path ofUser = folder.resolve("agent.socket.12345");
            Files.delete(ofUser);
            Files.createFile(ofUser);
            try (SeccompAgent second = Agents.builder(succeeds)
                    .socket(path)
                    .allowUid(12345)
                    .keeper(keeper.next())
                    .start()) {
                Files.createFile(inside(script, "/go"));
                assertThat(script.await()).isZero();
                second.tryOut();
            }
        }
    }

    /** The one of a user cannot be had. */
    @Test
    void theSocketIsKeptByAnAgentThatDoesNotStart() throws Exception {
        Path path = folder.resolve("agent.socket");
        Agents.builder(succeeds).socket(path).keeper(keeper.next()).start().park();
        Object file = Files.getAttribute(path, "unix:ino");
        Files.createFile(folder.resolve("agent.socket.12345"));
        SeccompAgent.Builder failing =
                Agents.builder(succeeds).socket(path).allowUid(12345).keeper(keeper.next());
        assertThatIOException().isThrownBy(failing::start);
        try (SeccompAgent third =
                Agents.builder(succeeds).socket(path).keeper(keeper.next()).start()) {
            assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(file);
            third.tryOut();
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

    private static Fd state(String json) {
        try (ContainerMemfd state = ContainerMemfd.create(json.getBytes(StandardCharsets.UTF_8))) {
            return Fd.open("/proc/self/fd/" + state.number(), 2);
        }
    }

    private static Path inside(Script script, String path) {
        return Path.of("/proc/" + script.pid() + "/root" + path);
    }
}
