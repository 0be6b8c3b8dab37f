package io.github.seccompagent.linux;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
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
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
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
     * Takes the evidence.
     *
     * @throws ErrnoException if the socket has no peer
     */
    public static Peer of(Fd connection) {
        byte[] credentials = option(connection, SO_PEERCRED, 12);
        ByteBuffer fields = ByteBuffer.wrap(credentials).order(ByteOrder.nativeOrder());
        int pid = fields.getInt(0);
        return new Peer(pid, fields.getInt(4), evidence(connection, pid));
    }

    private static Optional<Evidence> evidence(Fd connection, int pid) {
        if (pid == 0) { // it is not in the agent's pid namespace, nor below that
            return Optional.of(new Evidence(false, 0, false));
        }
        Optional<Fd> pidfd = Optional.empty();
        try {
            pidfd = pidfd(connection);
            ThreadStatus status = ThreadStatus.of(pid);
            Evidence seen = new Evidence(
                    UserNamespace.isOwn(UserNamespace.of(pid)),
                    status.effectiveCapabilities(),
                    PidNamespace.isOwn(PidNamespace.of(Integer.toString(pid))));
            // Before 6.5 there is no such descriptor. Then a process that got the same pid within a moment is taken for
            // it.
            return pidfd.isPresent() && Poll.hasInput(pidfd.get(), 0) ? Optional.empty() : Optional.of(seen);
        } catch (ErrnoException gone) {
            return Optional.empty();
        } finally {
            pidfd.ifPresent(Fd::close);
        }
    }

    private static Optional<Fd> pidfd(Fd connection) {
        try {
            ByteBuffer number =
                    ByteBuffer.wrap(option(connection, SO_PEERPIDFD, 4)).order(ByteOrder.nativeOrder());
            return Optional.of(new Fd(number.getInt(0)));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOPROTOOPT) {
                return Optional.empty();
            }
            throw e; // it has ended and was reaped: what has its pid now is another process
        }
    }

    private static byte[] option(Fd socket, int option, int size) {
        byte[] value = new byte[size];
        if (LibC.getsockopt(socket.number(), SOL_SOCKET, option, value, new int[] {size}) < 0) {
            throw LibC.failure("getsockopt");
        }
        return value;
    }
}
