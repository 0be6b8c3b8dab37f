package io.github.seccompagent.app.control;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.runtime.SeenCall;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Somebody who sees how many calls there are, and how long they take. Nothing is lost, however slowly it reads. */
final class TopWatcher implements Watcher {
    static final int MAX_CELLS = 1000;

    private static final int MAX_ROWS = 200;

    private final int intervalMillis;
    private volatile Interval interval = new Interval();

    TopWatcher(int intervalMillis) {
        this.intervalMillis = intervalMillis;
    }

    private record Key(String container, String owner, String syscall) {}

    private static final class Interval {
        final long begin = System.nanoTime();
        final Map<Key, Cell> cells = new ConcurrentHashMap<>();
        final AtomicLong others = new AtomicLong();

        void add(SeenCall call) {
            Key key = new Key(call.container(), call.owner(), call.syscall());
            Cell cell = cells.get(key);
            if (cell == null && cells.size() < MAX_CELLS) {
                cell = cells.computeIfAbsent(key, first -> new Cell());
            }
            if (cell == null) {
                others.incrementAndGet(); // a container can use names without end
            } else {
                cell.add(call);
            }
        }

        Rates rates() {
            double seconds = (System.nanoTime() - begin) / 1e9;
            List<Rates.Row> all = cells.entrySet().stream()
                    .map(each -> each.getValue().row(each.getKey(), seconds))
                    .sorted(Comparator.comparingLong(Rates.Row::calls)
                            .thenComparingLong(Rates.Row::p99Nanos)
                            .reversed())
                    .toList();
            List<Rates.Row> rows = all.subList(0, Math.min(all.size(), MAX_ROWS));
            long left = all.subList(rows.size(), all.size()).stream()
                    .mapToLong(Rates.Row::calls)
                    .sum();
            return new Rates(Protocol.RATES, seconds, rows, others.get() + left);
        }
    }

    private static final class Cell {
        private final Latencies latencies = new Latencies();
        private long calls;
        private long errors;
        private long refused;

        synchronized void add(SeenCall call) {
            calls++;
            errors += call.response() instanceof Response.Failure ? 1 : 0;
            refused += call.isRefusal() ? 1 : 0;
            latencies.add(call.duration().toNanos());
        }

        synchronized Rates.Row row(Key key, double seconds) {
            return new Rates.Row(
                    key.container,
                    Owner.pod(key.owner),
                    key.syscall,
                    calls,
                    Math.round(calls / seconds * 10) / 10.0,
                    errors,
                    refused,
                    latencies.quantile(0.5, calls),
                    latencies.quantile(0.99, calls),
                    latencies.longest());
        }
    }

    @Override
    public Interest interestIn(String container, String owner, String syscall, String family) {
        return Interest.FIGURES;
    }

    @Override
    public void saw(SeenCall call) {
        interval.add(call);
    }

    /** What it has seen since the present interval began. */
    Rates rates() {
        return interval.rates();
    }

    @Override
    public void serve(Lines lines) throws IOException, InterruptedException {
        while (true) {
            TimeUnit.MILLISECONDS.sleep(intervalMillis);
            Interval over = interval;
            interval = new Interval();
            lines.send(over.rates());
        }
    }
}
