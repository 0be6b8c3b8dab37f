package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.fd.Epoll;
import org.jspecify.annotations.Nullable;

/**
 * The sources that are ready, and their order: the account that has used the least time comes first, and each account
 * comes once. Each thread has its own, and no other thread may look at it.
 */
final class ReadySources {
    private final Epoll.Ready found = new Epoll.Ready();
    private final @Nullable EventSource[] sources = new EventSource[Epoll.Ready.CAPACITY];
    private int count;
    private int first;
    private int index;

    Epoll.Ready found() {
        return found;
    }

    /** Begins anew with a number of sources. {@link #set} gives each source. */
    void reset(int size, int turn) {
        count = size;
        // The kernel reports what is ready in the same order each time. The start moves on each time. Otherwise only
        // the first source of an account would have turns.
        first = size == 0 ? 0 : Integer.remainderUnsigned(turn, size);
    }

    /** Whether several sources were ready. */
    boolean hasSeveral() {
        return count > 1;
    }

    void set(int at, @Nullable EventSource source) {
        sources[at] = source;
    }

    /**
     * The next source, whose events are {@link #events}; null if all had their turn.
     *
     * @param round accounts that were served in this round are left out
     */
    @Nullable EventSource next(long round) {
        EventSource best = null;
        long least = Long.MAX_VALUE;
        for (int i = 0, at = first; i < count; i++, at++) {
            if (at == count) {
                at = 0;
            }
            EventSource source = sources[at];
            if (source == null) {
                continue;
            }
            Account account = source.account();
            long used = account.used();
            if (used < least && account.servedIn != round) {
                best = source;
                least = used;
                index = at;
            }
        }
        if (best != null) {
            sources[index] = null;
        }
        return best;
    }

    /** The events of the source that came last. */
    int events() {
        return found.events(index);
    }

    /** Forgets the sources that are left. */
    void clear() {
        for (int i = 0; i < count; i++) {
            sources[i] = null;
        }
        count = 0;
    }
}
