package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.linux.fd.EventFd;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.notify.Listener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What threads come to receive while the loop ends is for the next agent. */
class LoopEndTest {
    private static final SmallContainer.Command SLEEPS = new SmallContainer.Command(
            "", "c", "/", List.of("/bin/busybox", "sleep", "1000"), Map.of(), List.of("mkdir", "mkdirat"));

    private final EventLoop loop = new EventLoop(Slots.of(2), () -> {}, () -> {});

    @AutoClose
    private final SmallContainer container = SmallContainer.start(SLEEPS);

    @AutoClose
    private final Listener listener = Listener.of(container.takeListener());

    @AutoClose
    private final EventFd event = new EventFd();

    private final CountDownLatch goOn = new CountDownLatch(1);

    LoopEndTest() throws SmallContainer.LaunchException {}

    @BeforeEach
    void makeReady() {
        event.signal();
    }

    @AfterEach
    void end() {
        goOn.countDown();
        loop.stop(Duration.ofSeconds(5));
        loop.close();
    }

    /** It can block although there was a notification a moment ago: another thread was faster. */
    @Test
    void aReceiveThatBlocksIsOver() throws Exception {
        Receiving receiving = new Receiving();
        loop.sources().add(receiving);
        loop.start();
        LoopThread thread = receiving.threads.take();
        goOn.countDown();
        await().until(() -> thread.isReceiving() && !thread.runs());

        loop.stop(Duration.ZERO);
        assertThat(thread.isReceiving()).isFalse();
        await().until(() -> !thread.isAlive());
    }

    /** Nothing has interrupted it. */
    @Test
    void aThreadThatComesLaterReceivesNothing() throws Exception {
        Receiving receiving = new Receiving();
        loop.sources().add(receiving);
        loop.start();
        LoopThread thread = receiving.threads.take();

        assertThat(loop.stop(Duration.ZERO)).contains(thread);
        goOn.countDown();
        await().until(() -> !thread.isAlive());
    }

    /** The agent has looked already which calls there are that it leaves. */
    @Test
    void aCallThatComesLaterIsLeft() throws Exception {
        loop.start();
        LoopThread thread = loop.threads().iterator().next();
        InFlight before = new InFlight(call(thread));
        thread.setInFlight(before);
        assertThat(before.isLeft()).isFalse();

        loop.stop(Duration.ZERO);
        loop.leave();
        InFlight after = new InFlight(call(thread));
        thread.setInFlight(after);

        assertThat(after.isLeft()).isTrue();
        assertThat(after.claim()).isFalse();
    }

    private WaitingCall call(LoopThread thread) {
        Container state = new Container("c", "running", container.pid(), "/bundle", Map.of());
        return new WaitingCall(
                listener,
                ServedContainer.of(new ContainerProcessState("1.1.0", container.pid(), "", state), OptionalInt.empty()),
                thread.buffers.read(),
                "mkdir",
                thread,
                new Account("c"),
                new Workplaces(1));
    }

    /** Has a thread receive what is not there. */
    private final class Receiving implements EventSource {
        private final BlockingQueue<LoopThread> threads = new LinkedBlockingQueue<>();

        @Override
        public int number() {
            return event.number();
        }

        @Override
        public Account account() {
            return new Account("receiving");
        }

        @Override
        public void ready(int events, LoopThread thread) {
            threads.add(thread);
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            thread.exchange.receive(listener, 0);
        }
    }
}
