package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Who connected, as it was at the moment of accept.
 *
 * @param pid the process that connected, as the agent sees it
 * @param uid its user id then, which the kernel kept
 * @param evidence what its /proc said; empty for a process that was gone already, as runtimes are a moment later
 */
public record Peer(int pid, int uid, Optional<Evidence> evidence) {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERPIDFD = 77;

    /**
     * What was seen of a process that still lived when all of it had been read.
     *
     * @param inOwnUserNamespace whether it lives in the agent's user namespace
     * @param effectiveCapabilities its capabilities there
     * @param inOwnPidNamespace whether it lives in the agent's pid namespace, so that the pids it tells are the agent's too
     */
    public record Evidence(boolean inOwnUserNamespace, long effectiveCapabilities, boolean inOwnPidNamespace) {}

    /**
     * Whether it could do by itself all that the agent does for it. Its capabilities alone do not say that: they are looked at
     * a moment after it has connected, and it may have executed a set-user-ID program since. Its uid is as it was then. If it
     * was gone already there is nothing but that, as the agent's user namespace has it: 0 is no container's mapped root.
     */
    public boolean isAdministrator() {
        boolean capable = evidence.map(seen ->
                        seen.inOwnUserNamespace && (seen.effectiveCapabilities & Capability.CAP_SYS_ADMIN.bit()) != 0)
                .orElse(true);
        return uid == 0 && capable;
    }

    /**
     * Whether the kernel tells of a peer whether it still is the process that connected: from Linux 6.5 on. Before, evidence
     * can be that of a process that got the same pid within a moment.
     */
    public static boolean canBeTold() {
        try (SocketPair pair = new SocketPair(SocketPair.SOCK_STREAM)) {
            byte[] number = new byte[4];
            if (LibC.getsockopt(pair.own().number(), SOL_SOCKET, SO_PEERPIDFD, number, new int[] {4}) < 0) {
                return false;
            }
            new Fd(ByteBuffer.wrap(number).order(ByteOrder.nativeOrder()).getInt(0)).close();
            return true;
        }
    }
}
