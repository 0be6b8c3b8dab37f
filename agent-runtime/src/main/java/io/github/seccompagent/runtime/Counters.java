package io.github.seccompagent.runtime;

import java.util.concurrent.atomic.LongAdder;

/** The values of all counters. Safe for use by several threads. */
public final class Counters {
    private final LongAdder[] values = new LongAdder[Counter.values().length];

    Counters() {
        for (int i = 0; i < values.length; i++) {
            values[i] = new LongAdder();
        }
    }

    void increment(Counter counter) {
        values[counter.ordinal()].increment();
    }

    void add(Counter counter, int count) {
        values[counter.ordinal()].add(count);
    }

    /** The value of a counter. */
    public long get(Counter counter) {
        return values[counter.ordinal()].sum();
    }
}
