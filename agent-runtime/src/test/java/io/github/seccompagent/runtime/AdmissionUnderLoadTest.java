package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads serve many gates whose calls come and go. As in the loop, a gate is served if it is not paused and has a
 * call. If a gate stays paused although there is room, its calls never end, and the test fails.
 */
class AdmissionUnderLoadTest {
    private static final int MAX = 6;
    private static final int PER_CONTAINER = 2;
    private static final int RESERVE = 2;
    private static final int CALLS = 400;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Admission admission = new Admission(MAX, PER_CONTAINER, RESERVE, 100, () -> {});
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noGateIsLeftWaiting(long seed) throws Exception {
        List<LoadedGate> gates = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            gates.add(new LoadedGate("container-" + i / 2));
        }
        List<Thread> threads = new ArrayList<>();
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (int i = 0; i < 8; i++) {
            Random random = new Random(seed * 100 + i);
            threads.add(new Thread(() -> {
                while (left.get() > 0 && System.nanoTime() < end) {
                    gates.get(random.nextInt(gates.size())).serve(random);
                }
            }));
        }
        threads.forEach(Thread::start);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            admission.sweep(); // as the housekeeper does
            threads.get(0).join(10);
        }

        assertThat(left).as("calls that were never served").hasValue(0);
        assertThat(admission.inFlight()).isZero();
        assertThat(mostInFlight.get()).isPositive().isLessThanOrEqualTo(MAX);
        assertThat(gates).allMatch(gate -> gate.mostInFlight.get() <= PER_CONTAINER);
    }

    private final class LoadedGate implements Admission.Gate {
        private final Account account;
        private final AtomicInteger calls = new AtomicInteger(CALLS);
        private final AtomicInteger own = new AtomicInteger();
        private final AtomicInteger mostInFlight = new AtomicInteger();
        private volatile boolean paused;

        LoadedGate(String id) {
            account = admission.account(id);
            left.addAndGet(CALLS);
        }

        void serve(Random random) {
            if (paused) {
                if (random.nextInt(50) == 0) {
                    takeCall(); // its caller was killed
                }
                return;
            }
            Admission.Place place = calls.get() == 0 ? null : admission.enter(this);
            if (place == null) {
                return;
            }
            count(own, mostInFlight);
            count(inFlight, AdmissionUnderLoadTest.this.mostInFlight);
            if (random.nextInt(4) == 0) {
                Thread.yield();
            }
            takeCall();
            inFlight.decrementAndGet();
            own.decrementAndGet();
            place.leave();
        }

        private void takeCall() {
            if (calls.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
                left.decrementAndGet();
            }
        }

        private void count(AtomicInteger now, AtomicInteger most) {
            int value = now.incrementAndGet();
            most.accumulateAndGet(value, Math::max);
        }

        @Override
        public Account account() {
            return account;
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }
    }
}
