package io.github.seccompagent.runtime;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The handshakes of one user, or of all administrators, that are not complete: their number and what came for them are limited,
 * so that a user keeps nobody but itself from handing over listeners. Safe for use by several threads.
 */
final class PendingHandshakes {
    private final int max;
    private final long maxBytes;
    private final Set<Handshake> pending = new LinkedHashSet<>(); // the oldest first
    private final Account account = new Account("connections");
    private long bytes;

    PendingHandshakes(int max, long maxBytes) {
        this.max = max;
        this.maxBytes = maxBytes;
    }

    /** Who is charged for what they take of the loop's time. */
    Account account() {
        return account;
    }

    /** Returns the one that has to go for it. */
    synchronized Optional<Handshake> add(Handshake handshake) {
        Optional<Handshake> oldest =
                pending.size() < max ? Optional.empty() : pending.stream().findFirst();
        pending.add(handshake);
        return oldest;
    }

    /** Counts what came for one of them; false if that is too much for all. */
    synchronized boolean receives(int more) {
        bytes += more;
        return bytes <= maxBytes;
    }

    /** Forgets one, and what came for it. */
    synchronized void remove(Handshake handshake, int received) {
        pending.remove(handshake);
        bytes -= received;
    }

    synchronized List<Handshake> all() {
        return List.copyOf(pending);
    }
}
