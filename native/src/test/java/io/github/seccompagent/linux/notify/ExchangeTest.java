package io.github.seccompagent.linux.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.fd.EventFd;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.SmallContainer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Answers, waits and receives in one crossing, with the calls of real processes. */
class ExchangeTest {
    private static final String[] MKDIR = {"mkdir", "mkdirat"};
    private static final long KEY = 7;
    private static final int NUMBER = 42;

    private final NotificationBuffers buffers = new NotificationBuffers();
    private final Epoll.Ready ready = new Epoll.Ready();
    private final ReceiveGate gate = new ReceiveGate();
    private final Exchange exchange = new Exchange(buffers, ready, gate);

    @AutoClose
    private final Epoll epoll = new Epoll();

    @AutoClose
    private final SmallContainer container = Shell.run("mkdir /a 2>/dev/null; mkdir /b && ! test -e /b", MKDIR);

    @AutoClose
    private final Listener listener = Listener.of(container.takeListener());

    ExchangeTest() throws SmallContainer.LaunchException {
        epoll.add(listener.number(), Epoll.IN, KEY);
    }

    @Test
    void theThreadThatAnswersReceivesTheNextCallOfTheSameListener() throws Exception {
        Notification first = receive();
        int before = exchange.turn();
        exchange.answerNext(listener, first.id(), Response.failure(Errno.EBADMSG));
        exchange.expect(listener, NUMBER, KEY);

        assertThat(exchange.await(epoll)).isEqualTo(Exchange.HAS_RECEIVED);
        assertThat(exchange.turn()).as("a turn has begun").isEqualTo(before + 1);
        assertThat(exchange.isRefused()).isFalse();
        Notification second = exchange.received().orElseThrow();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(buffers.id()).isEqualTo(second.id());
        assertThat(buffers.listener()).isEqualTo(NUMBER);

        exchange.answerNext(listener, second.id(), Response.success());
        exchange.flush();
        assertThat(container.await()).isZero();
    }

    @Test
    void nothingIsLeftInTheSlotOfTheCallBefore() {
        receive();
        for (int i = 0; i < NotificationBuffers.MAX_WORKERS; i++) {
            buffers.setWorker(i, i + 1, 5);
        }
        buffers.setBegun();
        buffers.countTry();
        buffers.setDelay(1, 2);
        exchange.answerNext(listener, buffers.id(), Response.success());
        exchange.expect(listener, NUMBER, KEY);

        assertThat(exchange.await(epoll)).isEqualTo(Exchange.HAS_RECEIVED);
        assertThat(buffers.workers()).isEmpty();
        assertThat(buffers.hasBegun()).isFalse();
        assertThat(buffers.tries()).isZero();
        assertThat(buffers.delayedSince()).isZero();
    }

    /** Nobody would see that the receive blocks. */
    @Test
    void nothingIsReceivedWhileTheWatchdogSleeps() {
        gate.setWatchdogSleeps(true);
        int before = exchange.turn();
        exchange.expect(listener, NUMBER, KEY);

        assertThat(exchange.await(epoll)).isEqualTo(1);
        assertThat(exchange.turn()).isEqualTo(before);
        gate.setWatchdogSleeps(false);
        assertThat(exchange.await(epoll)).isEqualTo(Exchange.HAS_RECEIVED);
    }

    @Test
    void nothingIsReceivedOnceTheLoopHasStopped() {
        gate.stop();
        exchange.expect(listener, NUMBER, KEY);

        assertThat(exchange.await(epoll)).isEqualTo(Exchange.HAS_RECEIVED);
        assertThat(exchange.received()).isEmpty();
        assertThat(exchange.receive(listener, NUMBER)).isEmpty();
        assertThat(new Exchange(buffers, ready, new ReceiveGate()).receive(listener, NUMBER))
                .as("the call is there for the next agent")
                .isPresent();
    }

    @Test
    void nothingIsReceivedWhileSomethingElseIsReadyToo() {
        try (EventFd other = EventFd.watchedBy(epoll, KEY + 1)) {
            other.signal();
            exchange.expect(listener, NUMBER, KEY);
            Processes.await("both are ready", () -> exchange.await(epoll) == 2);
        }
    }

    @Test
    void nothingIsReceivedFromOthers() {
        exchange.expect(listener, NUMBER, KEY + 1);
        assertThat(exchange.await(epoll)).isEqualTo(1);
        exchange.expectNone();
        assertThat(exchange.await(epoll)).isEqualTo(1);
    }

    @Test
    void anAnswerThatComesTooLateIsRefused() throws Exception {
        Notification call = receive();
        Processes.signal(container.pid(), "KILL");
        Processes.await("the call is gone", () -> !listener.isValid(buffers, call.id()));
        exchange.answerNext(listener, call.id(), Response.success());
        exchange.flush();

        assertThat(exchange.isRefused()).isTrue();
        assertThat(exchange.refusal().errno()).isEqualTo(Errno.ENOENT);
    }

    /** As if another thread had been faster. */
    @Test
    void aReceiveThatBlocksCanBeSeenAndInterrupted() throws Exception {
        receive();
        int before = exchange.turn();
        AtomicInteger id = new AtomicInteger();
        try (EventFd other = EventFd.watchedBy(epoll, KEY)) {
            other.signal();
            exchange.expect(listener, NUMBER, KEY);
            Thread thread = new Thread(() -> {
                id.set(ThreadInterrupt.currentThreadId());
                exchange.await(epoll);
            });
            thread.start();
            Processes.await("it receives", exchange::isReceiving);
            assertThat(exchange.turn()).isEqualTo(before + 1);
            Processes.await("it is interrupted", () -> {
                ThreadInterrupt.interrupt(id.get());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)); // else it does nothing but take signals
                return !exchange.isReceiving();
            });
            thread.join();
            assertThat(exchange.received()).isEmpty();
        }
    }

    private Notification receive() {
        return exchange.receive(listener, NUMBER).orElseThrow();
    }
}
