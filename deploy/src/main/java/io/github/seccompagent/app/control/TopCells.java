package io.github.seccompagent.app.control;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.runtime.SeenCall;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What was seen in an interval, with a cell for each call of each container. A container can use names of calls without
 * end. So an account has a bounded number of cells, and some are kept for accounts that have few or none. Safe for use
 * by several threads.
 */
final class TopCells {
    static final int MOST = 1000;
    static final int MOST_OF_ONE = 100;

    /** The cells that only accounts with fewer than {@link FairRows#FEW} can have. */
    private static final int FOR_FEW = 500;
    /** Those of them that only accounts without any can have. */
    private static final int FOR_FIRST = 200;

    private final long begin = System.nanoTime();
    private final Map<Key, Cell> cells = new ConcurrentHashMap<>();
    private final Map<String, Integer> counts = new HashMap<>(); // of cells, by account; guarded by itself
    private final AtomicLong others = new AtomicLong();

    private record Key(String account, String container, String owner, String syscall) {}

    private record AccountRow(String account, Rates.Row row) {}

    void add(SeenCall call) {
        Key key = new Key(call.account(), call.container(), call.owner(), call.syscall());
        Cell cell = cells.get(key);
        if (cell != null || mayAdd(key)) {
            cells.computeIfAbsent(key, first -> new Cell()).add(call);
        } else {
            others.incrementAndGet();
        }
    }

    private boolean mayAdd(Key key) {
        synchronized (counts) {
            if (cells.containsKey(key)) {
                return true;
            }
            int own = counts.getOrDefault(key.account, 0);
            int free = MOST - cells.size();
            boolean may =
                    own == 0 ? free > 0 : own < FairRows.FEW ? free > FOR_FIRST : own < MOST_OF_ONE && free > FOR_FEW;
            if (may) {
                counts.put(key.account, own + 1);
                cells.put(key, new Cell());
            }
            return may;
        }
    }

    /** The cells with the most calls, at most {@code mostRows} of them. */
    Rates rates(int mostRows) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        List<AccountRow> all = cells.entrySet().stream()
                .map(each ->
                        new AccountRow(each.getKey().account, each.getValue().row(each.getKey(), seconds)))
                .sorted(Comparator.comparing(
                        AccountRow::row,
                        Comparator.comparingLong(Rates.Row::calls)
                                .thenComparingLong(Rates.Row::p99Nanos)
                                .reversed()))
                .toList();
        List<Rates.Row> rows = FairRows.choose(all, AccountRow::account, mostRows).stream()
                .map(AccountRow::row)
                .toList();
        long left = calls(all.stream().map(AccountRow::row).toList()) - calls(rows);
        return new Rates(Protocol.RATES, seconds, rows, others.get() + left);
    }

    private static long calls(List<Rates.Row> rows) {
        return rows.stream().mapToLong(Rates.Row::calls).sum();
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
}
