package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.peer.Peer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of a connection, as it is kept for the next agent. What was seen of the peer when it was accepted is
 * kept too: the peer is gone a moment later.
 *
 * @param socketOf the user whose socket it came to; empty for the socket of administrators
 * @param came when it came, as {@link System#nanoTime} has it, which is the same clock for all agents until the machine
 *     is started again. No two connections of an agent have the same
 * @param deadline when its time is over, by the same clock
 */
record StoredConnection(Peer peer, OptionalInt socketOf, long came, long deadline) {
    private static final int VERSION = 1;

    StoredConnection withDeadline(long other) {
        return new StoredConnection(peer, socketOf, came, other);
    }

    byte[] toJson() {
        JsonText json = new JsonText();
        json.number("version", VERSION)
                .number("came", came)
                .number("deadline", deadline)
                .number("pid", peer.pid())
                .number("uid", peer.uid());
        socketOf.ifPresent(uid -> json.number("socketOf", uid));
        peer.evidence()
                .ifPresent(seen -> json.begin("seen")
                        .number("ownUserNamespace", seen.inOwnUserNamespace() ? 1 : 0)
                        .number("capabilities", seen.effectiveCapabilities())
                        .number("ownPidNamespace", seen.inOwnPidNamespace() ? 1 : 0)
                        .end());
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws BadStateException if it is none of this version */
    static StoredConnection of(byte[] bytes) throws BadStateException {
        JsonFields fields = JsonFields.of(bytes);
        if (fields.number("version") != VERSION) {
            throw new BadStateException("its version is " + fields.number("version"));
        }
        Optional<Peer.Evidence> seen = fields.optional("seen/ownUserNamespace").isEmpty()
                ? Optional.empty()
                : Optional.of(new Peer.Evidence(
                        fields.number("seen/ownUserNamespace") == 1,
                        fields.number("seen/capabilities"),
                        fields.number("seen/ownPidNamespace") == 1));
        return new StoredConnection(
                new Peer(fields.integer("pid"), fields.integer("uid"), seen),
                fields.optional("socketOf"),
                fields.number("came"),
                fields.number("deadline"));
    }
}
