package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WorkplacesTest {
    private final Workplaces workplaces = new Workplaces(1);
    private final List<String> order = new CopyOnWriteArrayList<>();

    private Thread worker(Account account, CountDownLatch until) {
        Thread thread = new Thread(() -> {
            Workplaces.Work work = workplaces.begin(account);
            order.add(account.name());
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            work.end();
        });
        thread.start();
        return thread;
    }

    /** Otherwise a call that waits for another call would keep that call from being made. */
    @Test
    void whoeverWorksForLongKeepsNobodyWaiting() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        List<Thread> stuck = List.of(
                worker(new Account("a"), never), worker(new Account("b"), never), worker(new Account("c"), never));

        worker(new Account("d"), new CountDownLatch(0)).join();

        never.countDown();
        for (Thread thread : stuck) {
            thread.join();
        }
        workplaces.begin(new Account("e")).end();
    }

    @Test
    void anInterruptedThreadWaitsAllTheSameAndStaysInterrupted() throws InterruptedException {
        Workplaces.Work first = workplaces.begin(new Account("first"));
        boolean[] interrupted = new boolean[1];
        Thread second = new Thread(() -> {
            Thread.currentThread().interrupt();
            workplaces.begin(new Account("second")).end();
            interrupted[0] = Thread.currentThread().isInterrupted();
        });
        second.start();
        second.join();

        assertThat(interrupted[0]).isTrue();
        first.end();
    }

    @Test
    void allComeToTheirTurn() {
        CountDownLatch none = new CountDownLatch(0);
        for (int i = 0; i < 50; i++) {
            worker(new Account("a" + i), none);
        }

        await().until(() -> order.size() == 50);
    }
}
