package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Who connected, as seen at the moment of accept.
 *
 * @param pid the process that connected, as the agent sees it
 * @param uid its user id at that time, which the kernel kept
 * @param evidence what its /proc said; empty if the process was gone already, as runtimes are a moment later
 */
public record Peer(int pid, int uid, Optional<Evidence> evidence) {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERPIDFD = 77;

    /**
     * What was seen of a process that still lived after everything had been read.
     *
     * @param inOwnUserNamespace whether it lives in the agent's user namespace
     * @param effectiveCapabilities its capabilities there
     * @param inOwnPidNamespace whether it lives in the agent's pid namespace, so that its pids mean the same to the
     *     agent
     */
    public record Evidence(boolean inOwnUserNamespace, long effectiveCapabilities, boolean inOwnPidNamespace) {}

    /**
     * Whether the peer could do everything by itself that the agent does for it. Its capabilities alone do not show
     * that. They are looked at a moment after it connected, and it may have executed a set-user-ID program since. Its
     * uid is the one at the time of the connection. If the peer was gone already, only the uid is known. It is a number
     * of the agent's user namespace, so 0 is not the mapped root of a container.
     */
    public boolean isAdministrator() {
        boolean capable = evidence.map(seen ->
                        seen.inOwnUserNamespace && (seen.effectiveCapabilities & Capability.CAP_SYS_ADMIN.bit()) != 0)
                .orElse(true);
        return uid == 0 && capable;
    }

    /**
     * Whether the kernel can tell that a peer still is the process that connected, from Linux 6.5 on. On older kernels
     * the evidence may belong to a process that got the same pid within a moment.
     */
    public static boolean canBeTold() {
        try (SocketPair pair = new SocketPair(SocketPair.SOCK_STREAM)) {
            Optional<Fd> own = pidfdOf(pair.own());
            own.ifPresent(Fd::close);
            return own.isPresent();
        }
    }

    /** A pidfd of the process that connected, which the caller closes. Empty before Linux 6.5, and if it is gone. */
    static Optional<Fd> pidfdOf(Fd connection) {
        byte[] number = new byte[Integer.BYTES];
        if (LibC.getsockopt(connection.number(), SOL_SOCKET, SO_PEERPIDFD, number, new int[] {number.length}) < 0) {
            return Optional.empty();
        }
        return Optional.of(
                new Fd(ByteBuffer.wrap(number).order(ByteOrder.nativeOrder()).getInt()));
    }
}
