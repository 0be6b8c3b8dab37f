package io.github.seccompagent.app.nri;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What the metrics would be told. */
final class Heard implements NriObserver {
    final List<Result> results = new CopyOnWriteArrayList<>();
    final AtomicInteger unhonoured = new AtomicInteger();
    volatile int now;

    @Override
    public void created(Result result, Duration time) {
        results.add(result);
    }

    @Override
    public void connected(boolean isUp) {}

    @Override
    public void unhonoured() {
        unhonoured.incrementAndGet();
    }

    @Override
    public void unhonouredNow(int count) {
        now = count;
    }
}
