package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.linux.fd.EventFd;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A leader that is stuck is replaced, whatever the other threads wait for. */
class WatchdogTest {
    private static final int STUCK = 2; // the number of spare threads when no thread can be started

    private final Doze ofWatchdog = new Doze();
    private final Doze ofHousekeeper = new Doze();
    private final EventLoop loop = new EventLoop(Slots.of(16), ofWatchdog::wake, ofHousekeeper::wake);
    private final Watchdog watchdog = new Watchdog(
            loop,
            new Heartbeat(Optional.empty(), Duration.ZERO, loop.sources(), () -> 0, () -> {}, () -> true),
            ofWatchdog);
    private final Admission admission = new Admission(8, 2, 1, 64, () -> {});
    private final CountDownLatch done = new CountDownLatch(1);
    private final EventFd event = new EventFd();
    private final BlockingQueue<LoopThread> leaders = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws InterruptedException {
        done.countDown();
        loop.stop(Duration.ofSeconds(5));
        ofWatchdog.end();
        ofHousekeeper.end();
        loop.close();
        event.close();
    }

    private void awaitDone() {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void itWaitsForNoLockAndNoHousekeeper() throws InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(2);
        // The other threads wait, as for the lock of a handshake, or for a log that takes no more lines.
        Housekeeper housekeeper = new Housekeeper(
                loop,
                ofHousekeeper,
                admission,
                List.of(now -> {
                    waits.countDown();
                    awaitDone();
                    return true;
                }),
                new Counters(),
                Duration.ofMillis(1));
        loop.start();
        await().until(() -> loop.threads().size() > 1);
        watchdog.start();
        housekeeper.start();
        waits.await(); // first: it needs the lock of the admission to come there
        for (Object lock : new Object[] {loop, admission}) {
            new Thread(() -> {
                        synchronized (lock) {
                            held.countDown();
                            awaitDone();
                        }
                    })
                    .start();
        }
        held.await();

        loop.sources().add(new Stuck());

        for (int i = 0; i < STUCK; i++) {
            assertThat(leaders.poll(5, TimeUnit.SECONDS)).as("leader " + i).isNotNull();
        }
    }

    /** Only native code knows when that turn began. */
    @Test
    void aLeaderThatReceivesWhileItWaitsIsReplaced() {
        loop.start();
        await().until(() -> loop.threads().size() > 1);
        watchdog.start();
        LoopThread leader = Objects.requireNonNull(loop.leader());

        leader.exchange.beginTurn();
        ofWatchdog.wake();

        await().until(() -> loop.leader() != leader);
    }

    /** Takes each leader that comes to it out of service. */
    private final class Stuck implements EventSource {
        private final Account account = new Account("stuck");

        Stuck() {
            event.signal();
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
            leaders.add(thread);
            awaitDone();
        }
    }
}
