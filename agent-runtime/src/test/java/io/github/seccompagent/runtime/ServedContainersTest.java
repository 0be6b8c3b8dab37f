package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.sun.jna.NativeLibrary;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The life of a listener, from its start to its end. */
class ServedContainersTest {

    @Test
    void aListenerEndsWithItsLastTask() throws Exception {
        try (SeccompAgent agent = Agents.withMkdir(SyscallHandler.proceed())) {
            Script script = Script.start(agent, "a", "mkdir /first; sleep 1000");
            await().until(() -> Files.exists(Path.of("/proc/" + script.pid() + "/root/first")));
            assertThat(agent.activeListeners()).isEqualTo(1);

            script.close();

            await().until(() -> agent.activeListeners() == 0);
            assertThat(agent.counters().get(Counter.LISTENERS)).isEqualTo(1);
        }
    }

    @Test
    void aListenerOutlivesTheFirstTaskWhileOthersAreLeft() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (SeccompAgent agent = Agents.withMkdir(call -> {
                    calls.incrementAndGet();
                    return Response.success();
                });
                Script script =
                        Script.start(agent, "a", "(mkdir /a; mkdir /b); mkdir /c; (mkdir /d & mkdir /e; wait)")) {
            assertThat(script.await()).isZero();
            assertThat(calls).hasValue(5);
            assertThat(agent.counters().get(Counter.NOTIFICATIONS)).isEqualTo(5);
            await().until(() -> agent.activeListeners() == 0);
        }
    }

    @Test
    void manyContainersAtOnceAreAllServed() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        SyscallHandler handler = call -> {
            calls.incrementAndGet();
            return Response.success();
        };
        try (SeccompAgent agent = Agents.withMkdir(handler)) {
            Script[] scripts = new Script[20];
            for (int i = 0; i < scripts.length; i++) {
                scripts[i] = Script.start(agent, "c" + i, "for i in $(seq 50); do mkdir /a$i || exit 1; done");
            }
            for (Script script : scripts) {
                assertThat(script.await()).isZero();
                script.close();
            }
            assertThat(calls).hasValue(20 * 50);
            await().until(() -> agent.activeListeners() == 0);
            assertThat(agent.callsInFlight()).isZero();
        }
    }

    @Test
    void aSlowResolverDelaysNoOtherContainer() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Resolver resolver = container -> {
            if (container.id().equals("slow")) {
                go.await();
            }
            return HandlerRegistry.builder()
                    .on("mkdir", call -> Response.success())
                    .build();
        };
        try (SeccompAgent agent = SeccompAgent.builder().resolver(resolver).start();
                Script slow = Script.start(agent, "slow", "mkdir /abc");
                Script fast = Script.start(agent, "fast", "mkdir /abc && mkdir /def")) {
            assertThat(fast.await()).isZero();
            assertThat(agent.counters().get(Counter.LISTENERS)).isEqualTo(1);
            go.countDown();
            assertThat(slow.await()).isZero();
        }
    }

    @Test
    void whatIsNoListenerIsClosedAndCounted() throws Exception {
        try (SeccompAgent agent = Agents.withMkdir(SyscallHandler.proceed())) {
            int number = descriptorOfDevNull();

            agent.attach(number, stateOf("c"));

            assertThat(agent.counters().get(Counter.BAD_STATES)).isEqualTo(1);
            assertThat(agent.activeListeners()).isZero();
            // Another thread closes it, and another file may have its number by then.
            await().until(() -> !openFile(number).equals("/dev/null"));
        }
    }

    @Test
    void aNegativeNumberIsNoDescriptor() throws Exception {
        try (SeccompAgent agent = Agents.withMkdir(SyscallHandler.proceed())) {
            assertThatIllegalArgumentException().isThrownBy(() -> agent.attach(-1, stateOf("c")));

            assertThat(agent.counters().get(Counter.BAD_STATES)).isZero();
        }
    }

    private static ContainerProcessState stateOf(String id) {
        return new ContainerProcessState("1", 1, "", new Container(id, "creating", 1, "/", Map.of()));
    }

    private static String openFile(int number) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    private static int descriptorOfDevNull() {
        return NativeLibrary.getInstance("c").getFunction("open").invokeInt(new Object[] {"/dev/null", 0});
    }

    @Test
    void aCallerThatIsKilledWhileItsCallIsHandledIsCounted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        SyscallHandler handler = call -> {
            begun.countDown();
            go.await();
            return Response.success();
        };
        try (SeccompAgent agent = Agents.withMkdir(handler)) {
            Script script = Script.start(agent, "a", "mkdir /abc");
            begun.await();
            script.close();
            go.countDown();

            await().until(() -> agent.counters().get(Counter.STALE_NOTIFICATIONS) == 1);
            await().until(() -> agent.activeListeners() == 0);
        }
    }
}
