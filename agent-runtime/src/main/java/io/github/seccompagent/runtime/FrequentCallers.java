package io.github.seccompagent.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the calls on behalf of threads for which no worker stays yet. A worker stays only for a thread that makes many
 * calls: a container that does little and ends must not be held up by a worker that is still there. A count that is
 * wrong, since another thread has got the number or too many threads make calls, costs or saves one worker. Safe for
 * use by several threads.
 */
final class FrequentCallers {
    private static final int ENOUGH = 8;
    private static final int MAX = 64;

    /** The one that was seen longest ago first. Guarded by this. */
    private final Map<Integer, Integer> calls = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
            return size() > MAX;
        }
    };

    /** Counts a call. Returns whether its thread has made many. */
    synchronized boolean count(int thread) {
        return calls.merge(thread, 1, Integer::sum) > ENOUGH;
    }
}
