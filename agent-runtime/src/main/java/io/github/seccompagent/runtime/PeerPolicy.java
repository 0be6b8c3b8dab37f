package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.peer.Peer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who may hand over a listener, and what the agent believes of the state that comes with it. Root with CAP_SYS_ADMIN in
 * the agent's own user namespace may, because it gains nothing here. The named uids may too.
 *
 * @param strict whether a peer is refused if it ended before anything was seen of it
 * @param users the named uids, each with the metadata that its containers get
 */
record PeerPolicy(boolean strict, Map<Integer, String> users) {
    static final String NO_ADMINISTRATOR = "it is not root with CAP_SYS_ADMIN in the agent's user namespace";

    /** Why a peer is refused; empty if it is not. */
    Optional<String> refusal(Peer peer) {
        if (peer.evidence().isEmpty()) {
            return refusalOfOneGone(peer);
        }
        if (!peer.evidence().get().inOwnPidNamespace()) {
            return Optional.of("it is in another pid namespace than the agent, so its pids mean other processes here: "
                    + "run the agent in the pid namespace of the container runtimes, in a pod with hostPID");
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

    /**
     * The uid whose processes a peer may hand over, if the peer is not refused. A user gets its own uid. Empty for an
     * administrator, who may hand over any process.
     */
    OptionalInt ownerOf(Peer peer) {
        return peer.isAdministrator() ? OptionalInt.empty() : OptionalInt.of(peer.uid());
    }

    /**
     * What is believed of a state. Of a user's state that is only which process it is, which is checked later, and
     * whether the container begins. Everything else would be the user's word about itself.
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

    /**
     * What is believed of a container that an agent before this one has served. That agent may have had another policy.
     *
     * @throws ErrnoException EPERM if the container belongs to a user who may not hand over containers any more
     */
    ServedContainer believed(ServedContainer served) {
        if (served.owner().isEmpty()) {
            return served;
        }
        String metadata = users.get(served.owner().getAsInt());
        if (metadata == null) {
            throw new ErrnoException(
                    Errno.EPERM, served.account() + " may not hand over containers any more, see --allow-uid");
        }
        return served.withMetadata(metadata);
    }

    /**
     * The name of a user's container. No container of an administrator has such a name, because runtimes accept no
     * space in a name. No other user's container has it either.
     */
    private static String nameOf(String id, int uid) {
        return id + " of uid " + Integer.toUnsignedString(uid);
    }
}
