package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.Peer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who may hand over a listener: whoever holds CAP_SYS_ADMIN in the agent's own user namespace, since it gains nothing
 * here, and uids that are named.
 */
record PeerPolicy(boolean strict, Set<Integer> allowedUids) {

    /** Why a peer is refused; empty if it is not. */
    Optional<String> refusal(Peer peer) {
        if (allowedUids.contains(peer.uid())) {
            return Optional.empty();
        }
        if (peer.evidence().isPresent()) {
            return peer.evidence().get().isAdministrator()
                    ? Optional.empty()
                    : Optional.of("it lacks CAP_SYS_ADMIN in the agent's user namespace");
        }
        if (strict) {
            return Optional.of("it was gone before it could be looked at, and strict peers are asked for");
        }
        return passesForAdministrator(peer)
                ? Optional.empty()
                : Optional.of("it was gone at once, and its uid is not allowed");
    }

    /** Whose processes a peer that is not refused may hand over, if not anybody's: those of its own uid. */
    OptionalInt onlyOf(Peer peer) {
        return passesForAdministrator(peer) ? OptionalInt.empty() : OptionalInt.of(peer.uid());
    }

    /** Of one that is gone the kernel kept the uid, as the agent's user namespace has it: 0 is no container's mapped root. */
    private static boolean passesForAdministrator(Peer peer) {
        return peer.evidence().map(Peer.Evidence::isAdministrator).orElse(peer.uid() == 0);
    }
}
