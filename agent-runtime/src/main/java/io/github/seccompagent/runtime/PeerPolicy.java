package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.Peer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who may hand over a listener: root with CAP_SYS_ADMIN in the agent's own user namespace, since it gains nothing here, and
 * uids that are named.
 */
record PeerPolicy(boolean strict, Set<Integer> allowedUids) {

    /** Why a peer is refused; empty if it is not. */
    Optional<String> refusal(Peer peer) {
        if (peer.evidence().isEmpty()) {
            return refusalOfOneGone(peer);
        }
        if (!peer.evidence().get().inOwnPidNamespace()) {
            return Optional.of(
                    "it is in another pid namespace than the agent, where its pids are those of other processes: "
                            + "run the agent in the one of the container runtimes, in a pod with hostPID");
        }
        return peer.isAdministrator() || allowedUids.contains(peer.uid())
                ? Optional.empty()
                : Optional.of("it is not root with CAP_SYS_ADMIN in the agent's user namespace");
    }

    private Optional<String> refusalOfOneGone(Peer peer) {
        if (strict) {
            return Optional.of("it was gone before it could be looked at, and strict peers are asked for");
        }
        return peer.isAdministrator()
                ? Optional.empty()
                : Optional.of("it was gone before it could be looked at, and is not root");
    }

    /** Whose processes a peer that is not refused may hand over, if not anybody's: those of its own uid. */
    OptionalInt onlyOf(Peer peer) {
        return peer.isAdministrator() ? OptionalInt.empty() : OptionalInt.of(peer.uid());
    }
}
