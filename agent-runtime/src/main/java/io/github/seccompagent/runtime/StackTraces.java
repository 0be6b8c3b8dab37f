package io.github.seccompagent.runtime;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Which stack traces have been logged. One of a kind is enough to find the mistake, and a container can cause
 * thousands. Safe for use by several threads.
 */
final class StackTraces {
    private static final int MAX = 64;

    private final Set<Integer> known = new HashSet<>(); // guarded by this

    /** Whether nothing of this class was thrown at this place before. False for everything once there were too many. */
    boolean isNew(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        int kind = Objects.hash(thrown.getClass(), trace.length == 0 ? null : trace[0]);
        synchronized (this) {
            return known.size() < MAX && known.add(kind);
        }
    }
}
