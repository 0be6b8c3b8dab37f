package io.github.seccompagent.linux;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.libc.NativeBuffer;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.process.ThreadStatus;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What an agent needs to run. */
public final class Requirements {
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_GET_NOTIF_SIZES = 3;
    private static final int SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3;
    // To act for others, to look at others, and to end a worker that has become somebody else and takes too long.
    private static final List<Capability> NEEDED =
            List.of(Capability.CAP_SYS_ADMIN, Capability.CAP_SYS_PTRACE, Capability.CAP_KILL);
    private static final int MAJOR = 5;
    private static final int MINOR = 9; // before that, the listener of a container that is gone looks like an idle one

    private Requirements() {}

    /** The capabilities without which no agent starts. */
    public static List<Capability> neededCapabilities() {
        return NEEDED;
    }

    /** The first thing that is missing here, in one line that says what to do. */
    public static Optional<String> missing() {
        long capabilities = ThreadStatus.of(RawSyscalls.gettid()).effectiveCapabilities();
        for (Capability needed : NEEDED) {
            if ((capabilities & needed.bit()) == 0) {
                return Optional.of(needed + " is missing: run the agent as root");
            }
        }
        KernelRelease release = KernelRelease.ofThisMachine();
        if (release.isBefore(MAJOR, MINOR)) {
            return Optional.of(
                    "Linux " + release.text() + " is too old: " + MAJOR + "." + MINOR + " or newer is needed");
        }
        return missingOfSeccomp().or(Requirements::missingLibrary);
    }

    private static Optional<String> missingOfSeccomp() {
        try {
            RawSyscalls.seccomp(SECCOMP_GET_NOTIF_SIZES, 0, new NativeBuffer(8).address());
        } catch (ErrnoException e) {
            return Optional.of("this kernel has no seccomp user notification (" + e.getMessage()
                    + "): it needs CONFIG_SECCOMP_FILTER, and no seccomp profile that forbids seccomp(2)");
        }
        AtomicReference<Optional<String>> result = new AtomicReference<>(Optional.empty());
        Thread prober = new Thread(() -> result.set(probeListener()), "listener-probe");
        prober.start();
        try {
            prober.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Objects.requireNonNull(result.get());
    }

    /** Gives only the calling thread a filter that allows everything, so that there is a listener to try. */
    private static Optional<String> probeListener() {
        NativeBuffer program = new NativeBuffer(24);
        program.putLong(0, 0x7fff0000_00000006L); // one struct sock_filter: return SECCOMP_RET_ALLOW
        program.putLong(8, 1).putLong(16, program.address()); // struct sock_fprog
        int fd;
        try {
            fd = RawSyscalls.seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, program.address() + 8);
        } catch (ErrnoException e) {
            // EBUSY: the agent's own calls are notified to another agent, so there can be no second listener to try
            // with.
            return e.errno() == Errno.EBUSY
                    ? Optional.empty()
                    : Optional.of("a seccomp listener cannot be made: " + e.errno());
        }
        try {
            Listener.of(new Fd(fd)).close();
            return Optional.empty();
        } catch (ErrnoException e) {
            return Optional.of("the use of seccomp listeners is forbidden (" + e.errno()
                    + "), most likely by an AppArmor or SELinux policy: run the agent unconfined");
        }
    }

    private static Optional<String> missingLibrary() {
        try {
            SyscallTable.numberOf(Architecture.ofThisMachine(), "mkdirat");
            return Optional.empty();
        } catch (LinkageError e) {
            return Optional.of("libseccomp.so.2 is missing: install libseccomp2 (Debian) or libseccomp (Fedora)");
        }
    }
}
