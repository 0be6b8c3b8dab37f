package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.fd.Epoll;
import org.jspecify.annotations.Nullable;

/**
 * What is ready at a time, and who comes first: the account that has used the least time, each account once. Each thread
 * has its own, and no other may look at it.
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

    /** Begins anew with a number of sources; {@link #set} gives each. */
    void reset(int size, int turn) {
        count = size;
        // The kernel tells what is ready in the same order each time, and the first of an account is not to be all.
        first = size == 0 ? 0 : Integer.remainderUnsigned(turn, size);
    }

    /** Whether somebody else was ready too. */
    boolean hasSeveral() {
        return count > 1;
    }

    void set(int at, @Nullable EventSource source) {
        sources[at] = source;
    }

    /**
     * The next one, whose events are {@link #events}; null if all have had their turn.
     *
     * @param round those accounts that were served in it are left out
     */
    @Nullable EventSource next(long round) {
        EventSource best = null;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            int at = (first + i) % count;
            EventSource source = sources[at];
            if (source == null) {
                continue;
            }
            Account account = source.account();
            if (account.servedIn != round && account.used() < least) {
                best = source;
                least = account.used();
                index = at;
            }
        }
        return best == null ? null : take(index);
    }

    private @Nullable EventSource take(int at) {
        index = at;
        EventSource source = sources[at];
        sources[at] = null;
        return source;
    }

    /** Of the source that came last. */
    int events() {
        return found.events(index);
    }

    /** What is left is no longer known. */
    void clear() {
        for (int i = 0; i < count; i++) {
            sources[i] = null;
        }
        count = 0;
    }
}
