package io.github.seccompagent.runtime;

import java.util.concurrent.atomic.AtomicLong;

/** The values of all counters. Safe for use by several threads. */
public final class Counters {
    private final AtomicLong[] values = new AtomicLong[Counter.values().length];

    Counters() {
        for (int i = 0; i < values.length; i++) {
            values[i] = new AtomicLong();
        }
    }

    void increment(Counter counter) {
        values[counter.ordinal()].incrementAndGet();
    }

    void add(Counter counter, int count) {
        values[counter.ordinal()].addAndGet(count);
    }

    /** The value of a counter. */
    public long get(Counter counter) {
        return values[counter.ordinal()].get();
    }
}
