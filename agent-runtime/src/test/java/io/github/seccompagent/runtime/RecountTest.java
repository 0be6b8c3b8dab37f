package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RecountTest {
    private static final int THREADS = 8;

    private final Recount recount = new Recount();
    private final AtomicInteger counts = new AtomicInteger();

    private void request() {
        try {
            recount.request(() -> {
                counts.incrementAndGet();
                LockSupport.parkNanos(20_000_000);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The first count may have begun before the others came. One more count serves all that wait meanwhile. */
    @Test
    void manyWhoAskAtOnceShareACount() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                request();
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(counts.get()).isLessThan(THREADS);
    }

    @Test
    void whoeverAsksAfterACountGetsAnotherButLater() {
        request();
        long begin = System.nanoTime();

        request();

        assertThat(counts).hasValue(2);
        assertThat(System.nanoTime() - begin)
                .as("nine times as long as one takes")
                .isGreaterThan(150_000_000);
    }
}
