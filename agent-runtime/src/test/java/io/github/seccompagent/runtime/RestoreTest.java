package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.Journal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent goes on with the calls that the one before it has left to the keeper. */
class RestoreTest extends RestoredAgents {
    private static final SyscallHandler MAKE = call -> call.onBehalf().mkdir(call.path(0), 0777);

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
}
