package io.github.seccompagent.runtime;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Which stack traces have been logged: one of its kind tells what is to be mended, and a container can cause thousands. Safe
 * for use by several threads.
 */
final class StackTraces {
    private static final int MAX = 64;

    private final Set<Integer> known = new HashSet<>(); // guarded by this

    /** Whether nothing of its class was thrown at its place before; false for all when there were too many. */
    boolean isNew(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        int kind = Objects.hash(thrown.getClass(), trace.length == 0 ? null : trace[0]);
        synchronized (this) {
            return known.size() < MAX && known.add(kind);
        }
    }
}
