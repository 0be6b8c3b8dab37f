package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.fd.EventFd;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The keeper hears of an agent as long as that does its work, and of no other one. */
class HeartbeatTest {
    private static final Duration SILENCE = Duration.ofMillis(200);
    private static final int THREADS = 4;

    @AutoClose
    private final StandInKeeper keeper = new StandInKeeper();

    private final Doze ofWatchdog = new Doze();
    private final EventLoop loop = new EventLoop(Slots.of(THREADS), ofWatchdog::wake, () -> {});
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicBoolean housekeeping = new AtomicBoolean(true);
    private final AtomicBoolean hasRoom = new AtomicBoolean(true);
    private final CountDownLatch done = new CountDownLatch(1);

    @AutoClose
    private final EventFd event = new EventFd();

    private void startWatchdog() {
        Runnable housekeeper = () -> rounds.addAndGet(housekeeping.get() ? 1 : 0);
        Heartbeat heartbeat =
                new Heartbeat(keeper.next().socket(), SILENCE, loop.sources(), rounds::get, housekeeper, hasRoom::get);
        new Watchdog(loop, heartbeat, ofWatchdog, Watchdog.LONGEST_ALONE_NANOS).start();
    }

    @AfterEach
    void close() {
        done.countDown();
        ofWatchdog.end();
        loop.stop(Duration.ofSeconds(5));
        loop.close();
    }

    private void awaitSigns() {
        int before = keeper.signsOfLife();
        await().until(() -> keeper.signsOfLife() > before + 3);
    }

    /** The last sign may be on its way. */
    private void requireSilence() throws InterruptedException {
        Thread.sleep(SILENCE.toMillis() / 2);
        int before = keeper.signsOfLife();
        Thread.sleep(2 * SILENCE.toMillis());
        assertThat(keeper.signsOfLife()).isEqualTo(before);
    }

    @Test
    void anIdleAgentGivesSignsOfLife() {
        loop.start();
        startWatchdog();
        awaitSigns();
    }

    @Test
    void notOneWithoutALeader() throws InterruptedException {
        startWatchdog();
        requireSilence();
        loop.start();
        awaitSigns();
    }

    @Test
    void notOneThatCannotKeepHouse() throws InterruptedException {
        loop.start();
        startWatchdog();
        awaitSigns();
        housekeeping.set(false);
        requireSilence();
        housekeeping.set(true);
        awaitSigns();
    }

    @Test
    void notOneWithoutRoomForCalls() throws InterruptedException {
        loop.start();
        startWatchdog();
        awaitSigns();
        hasRoom.set(false);
        requireSilence();
    }

    /** As in a deadlock: whatever thread comes, it does not come back. */
    @Test
    void notOneWhoseThreadsAllWait() throws InterruptedException {
        loop.start();
        startWatchdog();
        awaitSigns();
        AtomicInteger stuck = new AtomicInteger();
        loop.sources().add(new Stuck(stuck));
        event.signal();
        await().until(() -> stuck.get() == THREADS);
        requireSilence();
        done.countDown();
        awaitSigns();
    }

    @Test
    void anAgentTellsHowLongItMayBeSilent() throws Exception {
        SyscallHandler proceed = SyscallHandler.proceed();
        try (SeccompAgent agent = Agents.builder(proceed)
                .longestSilence(Duration.ofMillis(1500))
                .keeper(keeper.next())
                .start()) {
            assertThat(agent.isAlive()).isTrue();
            assertThat(keeper.watchdog()).isEqualTo("WATCHDOG_USEC=1500000");
            awaitSigns();
        }
        assertThat(keeper.watchdog()).isEqualTo("WATCHDOG_USEC=0");
        try (SeccompAgent unwatched = Agents.builder(proceed)
                .longestSilence(Duration.ZERO)
                .keeper(keeper.next())
                .start()) {
            assertThat(unwatched.isAlive()).isTrue();
            assertThat(keeper.watchdog()).isEqualTo("WATCHDOG_USEC=0");
        }
    }

    /** Takes each leader that comes to it out of service. */
    private final class Stuck implements EventSource {
        private final Account account = new Account("stuck");
        private final AtomicInteger stuck;

        Stuck(AtomicInteger stuck) {
            this.stuck = stuck;
        }

        @Override
        public int number() {
            return event.number();
        }

        @Override
        public Account account() {
            return account;
        }

        @Override
        public void ready(int events, LoopThread thread) {
            stuck.incrementAndGet();
            try {
                done.await();
                event.clear();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
