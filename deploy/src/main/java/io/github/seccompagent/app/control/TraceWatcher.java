package io.github.seccompagent.app.control;

import io.github.seccompagent.runtime.SeenCall;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who sees the calls one by one. While a client does not read, its calls are counted as lost, and cost the
 * callers next to nothing.
 */
final class TraceWatcher implements Watcher {
    static final int PLACES = 1024;

    private static final int TICK_SECONDS = 1;

    private final Filter filter;
    private final BlockingQueue<SeenCall> waiting = new ArrayBlockingQueue<>(PLACES);
    private final AtomicLong lost = new AtomicLong();

    TraceWatcher(Filter filter) {
        this.filter = filter;
    }

    @Override
    public Interest interestIn(String container, String owner, String syscall, String family) {
        if (!filter.mayMatch(container, owner, syscall, family)) {
            return Interest.NONE;
        }
        return waiting.remainingCapacity() > 0 ? Interest.DETAILS : Interest.FIGURES;
    }

    @Override
    public void saw(SeenCall call) {
        if (filter.mayMatch(call.container(), call.owner(), call.syscall(), call.family())
                && filter.matchesAnswer(call)
                && !waiting.offer(call)) {
            lost.incrementAndGet();
        }
    }

    @Override
    public void serve(Lines lines) throws IOException, InterruptedException {
        while (true) {
            @Nullable SeenCall call = waiting.poll();
            if (call == null) {
                lines.flush();
                call = waiting.poll(TICK_SECONDS, TimeUnit.SECONDS);
            }
            long missing = lost.getAndSet(0);
            if (missing > 0) {
                lines.add(Protocol.Lost.of(missing));
            }
            if (call == null) {
                lines.send(new Protocol.Mark(Protocol.TICK));
            } else {
                lines.add(CallLine.of(call));
            }
        }
    }
}
