package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.linux.fd.EventFd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private static final int SOURCES = 5;
    private static final int TURNS = 200; // many: a source whose thread oversleeps once pays some 20 of them
    private static final long SLOW_NANOS = 200_000;

    private final AtomicInteger all = new AtomicInteger();
    private final EventLoop loop = new EventLoop(Slots.of(2), () -> {}, () -> {});
    private final List<EventFd> events = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);

    @AfterEach
    void close() throws InterruptedException {
        done.countDown();
        loop.stop(Duration.ofSeconds(5));
        loop.close();
        events.forEach(EventFd::close);
    }

    @Test
    void whoeverIsAlwaysReadyAndSlowTakesNobodysTurn() {
        List<Greedy> sources =
                IntStream.range(0, SOURCES).mapToObj(i -> new Greedy("a" + i)).toList();
        sources.forEach(loop.sources()::add);
        loop.start();

        await().until(() -> all.get() >= SOURCES * TURNS);
        assertThat(sources).extracting(source -> source.turns).allMatch(turns -> turns > TURNS / 2);
    }

    /** Turns go by account. An account with a dozen sources gets no turn of another account. */
    @Test
    void manySourcesOfOneAccountTakeNobodysTurn() {
        Account many = new Account("many");
        List<Greedy> sources =
                IntStream.range(0, 12).mapToObj(i -> new Greedy(many)).toList();
        Greedy single = new Greedy("single");
        sources.forEach(loop.sources()::add);
        loop.sources().add(single);
        loop.start();

        await().until(() -> all.get() >= SOURCES * TURNS);
        assertThat(single.turns).isGreaterThan(SOURCES * TURNS / 4);
        assertThat(sources).as("in turns themselves").allMatch(source -> source.turns > 0);
    }

    /** An account whose turns cost more has fewer turns. */
    @Test
    void whoeverUsesLittleTimeComesFirst() {
        Greedy costly = new Greedy("costly");
        costly.nanos = 10 * SLOW_NANOS;
        Greedy cheap = new Greedy("cheap");
        loop.sources().add(costly);
        loop.sources().add(cheap);
        loop.start();

        await().until(() -> all.get() >= SOURCES * TURNS);
        assertThat(cheap.turns).isGreaterThan(2 * costly.turns);
    }

    @Test
    void thereIsASpareThreadBeforeItIsNeeded() {
        loop.start();

        await().until(() -> loop.threads().size() == 2);
    }

    @Test
    void whoeverCannotBeReplacedIsTold() throws InterruptedException {
        Busy busy = new Busy();
        loop.sources().add(busy);
        loop.start();
        LoopThread first = busy.threads.take();

        await().until(() -> loop.replaceLeader(first)); // as soon as there is a spare one
        LoopThread second = busy.threads.take();
        assertThat(second).isNotSameAs(first).isSameAs(loop.leader());
        assertThat(loop.replaceLeader(first)).as("no longer the leader").isTrue();

        assertThat(loop.replaceLeaderAtOnce(second)).as("there are two already").isFalse();
        assertThat(second.yieldLeadership()).isFalse();
        assertThat(loop.leader()).isSameAs(second);
    }

    /** The leader goes on serving others. They do not wait until another thread becomes the leader. */
    @Test
    void whatIsWorkIsGivenToAnotherThreadWhileThereIsCompany() throws InterruptedException {
        loop.start();
        LoopThread leader = loop.leader();
        await().until(() -> loop.threads().stream().anyMatch(each -> each != leader && isParked(each)));
        Working working = new Working();
        working.join();
        Plain plain = new Plain();
        loop.sources().add(plain);

        LoopThread worker = working.threads.take();
        assertThat(worker).isNotSameAs(leader);
        assertThat(loop.leader()).isSameAs(leader);
        int before = plain.turns.get();
        await().until(() -> plain.turns.get() > before + TURNS);
        assertThat(loop.leader()).isSameAs(leader);
        assertThat(working.threads)
                .as("is not waited for until it was received")
                .isEmpty();

        loop.sources().resume(working.key());
        assertThat(working.threads.take()).as("nobody else can have it").isSameAs(leader);
    }

    /** A watchdog that goes to sleep at that moment would see no turn, and nothing would wake it. */
    @Test
    void aTurnHasBegunWhenTheWatchdogIsWoken() throws InterruptedException {
        BlockingQueue<Boolean> begun = new LinkedBlockingQueue<>();
        EventLoop watched = new EventLoop(
                Slots.of(2),
                () -> begun.add(LoopThread.isBusy(((LoopThread) Thread.currentThread()).turn())),
                () -> {});
        try {
            watched.sources().add(new Plain());
            watched.start();

            assertThat(begun.take()).isTrue();
        } finally {
            watched.stop(Duration.ofSeconds(5));
            watched.close();
        }
    }

    private static boolean isParked(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING;
    }

    private abstract class AlwaysReady implements EventSource {
        private final EventFd event = new EventFd();
        private final Account account;

        AlwaysReady(Account account) {
            this.account = account;
            events.add(event);
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
    }

    /** Keeps each thread that comes to it, so none of them is a spare thread meanwhile. */
    private class Busy extends AlwaysReady {
        final BlockingQueue<LoopThread> threads = new LinkedBlockingQueue<>();

        Busy() {
            super(new Account("busy"));
        }

        @Override
        public void ready(int events, LoopThread thread) {
            threads.add(thread);
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Does the same, but the loop expects it. */
    private final class Working extends Busy {
        private long key; // guarded by this

        /** The leader can have it before its key is here, and waits for that then. */
        synchronized void join() {
            key = loop.sources().add(this);
        }

        synchronized long key() {
            return key;
        }

        @Override
        public boolean expectsWork() {
            return true;
        }

        @Override
        public void suspend() {
            loop.sources().pause(key());
        }
    }

    private final class Plain extends AlwaysReady {
        private final AtomicInteger turns = new AtomicInteger();

        Plain() {
            super(new Account("plain"));
        }

        @Override
        public void ready(int events, LoopThread thread) {
            turns.incrementAndGet();
        }
    }

    /** Is ready all the time, and so slow that the leader is replaced. */
    private final class Greedy extends AlwaysReady {
        private int turns;
        private long nanos = SLOW_NANOS;

        Greedy(String account) {
            this(new Account(account));
        }

        Greedy(Account account) {
            super(account);
        }

        @Override
        public void ready(int events, LoopThread thread) {
            if (all.getAndIncrement() < SOURCES * TURNS) {
                turns++;
            }
            loop.replaceLeader(thread);
            LockSupport.parkNanos(nanos);
        }
    }
}
