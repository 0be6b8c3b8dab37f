package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.process.KnownProcess;
import java.util.HashMap;
import java.util.Map;

/**
 * The tallies of all containers. The listeners of a container share one: that of its first process, and those of
 * processes that are executed in it. Safe for use by several threads.
 */
final class Tallies {
    private final Map<Key, Tally> known = new HashMap<>(); // guarded by this

    /** Two runtimes can have containers of the same name. */
    private record Key(String id, KnownProcess firstProcess) {
        static Key of(ServedContainer container) {
            return new Key(container.id(), container.firstProcess());
        }
    }

    /** Begins to serve a listener of a container. */
    synchronized Tally join(ServedContainer container) {
        Tally tally = known.computeIfAbsent(Key.of(container), first -> new Tally());
        tally.listeners++;
        return tally;
    }

    /** Ends a listener. Returns whether it was the last one of its container. */
    synchronized boolean leave(ServedContainer container, Tally tally) {
        if (--tally.listeners > 0) {
            return false;
        }
        known.remove(Key.of(container), tally);
        return true;
    }
}
