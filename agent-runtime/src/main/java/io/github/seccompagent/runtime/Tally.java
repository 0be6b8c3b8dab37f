package io.github.seccompagent.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** What was answered to a container since this agent began to serve it. Safe for use by several threads. */
final class Tally {
    private final Instant since = Instant.now();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile Longest longest = new Longest("", 0);

    int listeners; // guarded by the tallies

    /** The call that took the longest. */
    private record Longest(String syscall, long nanos) {}

    /** Counts a call that was answered. */
    void count(boolean refusal) {
        calls.incrementAndGet();
        if (refusal) {
            refused.incrementAndGet();
        }
    }

    /** Notes how long a call took. */
    void took(String syscall, long nanos) {
        if (nanos > longest.nanos) {
            raise(syscall, nanos);
        }
    }

    private synchronized void raise(String syscall, long nanos) {
        if (nanos > longest.nanos) {
            longest = new Longest(syscall, nanos);
        }
    }

    Instant since() {
        return since;
    }

    long calls() {
        return calls.get();
    }

    long refused() {
        return refused.get();
    }

    Duration slowest() {
        return Duration.ofNanos(longest.nanos);
    }

    String slowestCall() {
        return longest.syscall;
    }
}
