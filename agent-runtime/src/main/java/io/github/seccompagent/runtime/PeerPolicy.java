package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.linux.peer.Peer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who may hand over a listener, and what is believed of what comes with it: root with CAP_SYS_ADMIN in the agent's own user
 * namespace, since it gains nothing here, and uids that are named.
 *
 * @param strict whether a peer is refused of which nothing was seen before it ended
 * @param users the uids, each with the metadata that its containers get
 */
record PeerPolicy(boolean strict, Map<Integer, String> users) {
    static final String NO_ADMINISTRATOR = "it is not root with CAP_SYS_ADMIN in the agent's user namespace";

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
        return peer.isAdministrator() || users.containsKey(peer.uid())
                ? Optional.empty()
                : Optional.of(NO_ADMINISTRATOR);
    }

    private Optional<String> refusalOfOneGone(Peer peer) {
        if (strict) {
            return Optional.of("it was gone before it could be looked at");
        }
        return peer.isAdministrator()
                ? Optional.empty()
                : Optional.of("it was gone before it could be looked at, and is not root");
    }

    /** Whose processes a peer that is not refused may hand over, if not anybody's: those of its own uid. */
    OptionalInt ownerOf(Peer peer) {
        return peer.isAdministrator() ? OptionalInt.empty() : OptionalInt.of(peer.uid());
    }

    /**
     * What is believed of a state: of a user's only which process it is, which is looked at later, and whether the container
     * begins. All else would be the word of somebody who speaks for himself.
     */
    ContainerProcessState believed(ContainerProcessState came, OptionalInt user) {
        if (user.isEmpty()) {
            return came;
        }
        int uid = user.getAsInt();
        Container container = came.container();
        return new ContainerProcessState(
                "",
                came.pid(),
                users.getOrDefault(uid, ""),
                new Container(nameOf(container.id(), uid), container.status(), container.pid(), "", Map.of()),
                user);
    }

    /** A name that no administrator's container has, since runtimes take none with a space, and no other user's. */
    private static String nameOf(String id, int uid) {
        return id + " of uid " + Integer.toUnsignedString(uid);
    }
}
