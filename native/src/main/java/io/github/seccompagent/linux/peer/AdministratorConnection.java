package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.process.ThreadStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/** A connection of {@link AdministratorSocket}. One thread uses it. */
public final class AdministratorConnection implements AutoCloseable {
    private final Fd fd;
    private final byte[] buffer = new byte[8192];
    private int next; // in the buffer
    private int end;

    AdministratorConnection(Fd fd) {
        this.fd = fd;
    }

    /**
     * Whether the process at the other end was root when it connected, and has CAP_SYS_ADMIN in this process's user
     * namespace. The root of a container without that capability is no administrator of the machine, and one who has it
     * in a user namespace of its own is none either. Whoever is gone by now is not believed: another process may have
     * its pid. Before Linux 6.5 that cannot be told for sure.
     */
    public boolean isOfAdministrator() {
        UnixSocket.Credentials peer;
        try {
            peer = UnixSocket.peerOf(fd);
        } catch (ErrnoException unknown) {
            return false;
        }
        if (peer.uid() != 0) {
            return false;
        }
        int pid = peer.pid();
        try (Fd process = processOf(pid)) {
            long capabilities = ThreadStatus.of(pid).effectiveCapabilities();
            boolean here =
                    ProcFile.readLink("/proc/" + pid + "/ns/user").equals(ProcFile.readLink("/proc/self/ns/user"));
            boolean lives = !Poll.hasInput(process, 0); // last: until here the pid was that of this process
            return here && lives && (capabilities & Capability.CAP_SYS_ADMIN.bit()) != 0;
        } catch (ErrnoException gone) {
            return false;
        }
    }

    /** Where the kernel can tell who connected, whoever has that pid now is not asked. */
    private Fd processOf(int pid) {
        if (!Peer.canBeTold()) {
            return RawSyscalls.pidfdOfProcess(pid);
        }
        return Peer.pidfdOf(fd)
                .orElseThrow(() -> new ErrnoException(Errno.ESRCH, "who connected to the control socket is gone"));
    }

    /**
     * Reads a line.
     *
     * @param most how many bytes it may have
     * @param patienceMillis how long it may take until more of it comes
     * @return its bytes; fewer than a line if the other end was closed
     * @throws SocketTimeoutException if nothing comes in time
     * @throws IOException if it fails, or the line is too long
     */
    public Line readLine(int most, int patienceMillis) throws IOException {
        byte[] line = new byte[256];
        int length = 0;
        while (true) {
            if (next == end && !fill(patienceMillis)) {
                return new Line(Arrays.copyOf(line, length), true);
            }
            byte one = buffer[next++];
            if (one == '\n') {
                return new Line(Arrays.copyOf(line, length), false);
            }
            if (length == most) {
                throw new IOException("a line has more than " + most + " bytes");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = one;
        }
    }

    /** A line, without its end. {@code last}: the other end was closed before its end. */
    public record Line(byte[] bytes, boolean last) {}

    /** Returns whether something has come. */
    private boolean fill(int patienceMillis) throws IOException {
        if (!Poll.hasInput(fd, patienceMillis)) {
            throw new SocketTimeoutException("nothing comes in time");
        }
        long count = LibC.read(fd.number(), buffer, buffer.length);
        if (count < 0 && LibC.errno() == Errno.EINTR.number()) {
            return fill(patienceMillis);
        }
        if (count < 0) {
            throw new IOException(LibC.failure("read").getMessage());
        }
        next = 0;
        end = (int) count;
        return count > 0;
    }

    /** What goes to the other end. A write waits for as long as the other end does not read. */
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                writeAll(Arrays.copyOfRange(bytes, from, from + length));
            }
        };
    }

    private void writeAll(byte[] bytes) throws IOException {
        byte[] left = bytes;
        while (left.length > 0) {
            long count = LibC.write(fd.number(), left, left.length);
            if (count < 0 && LibC.errno() != Errno.EINTR.number()) {
                throw new IOException(LibC.failure("write").getMessage());
            }
            left = Arrays.copyOfRange(left, (int) Math.max(count, 0), left.length);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
