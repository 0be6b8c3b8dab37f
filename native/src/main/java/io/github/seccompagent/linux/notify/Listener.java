package io.github.seccompagent.linux.notify;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.Optional;

/** A seccomp listener, seccomp_unotify(2). Owns its descriptor. Safe for use by several threads. */
public final class Listener implements AutoCloseable {
    private static final String LINK = "anon_inode:seccomp notify";
    private static final long NOTIF_RECV = 0xc0502100L;
    private static final long NOTIF_SEND = 0xc0182101L;
    private static final long NOTIF_ID_VALID = 0x40082102L;
    private static final long NOTIF_ADDFD = 0x40182103L;
    private static final long NOTIF_SET_FLAGS = 0x40082104L;
    private static final long FD_SYNC_WAKE_UP = 1;
    private static final int FLAG_CONTINUE = 1;
    private static final int O_CLOEXEC = 02000000;

    private final Fd fd;
    private boolean wakesHere; // several threads may write it; the next call corrects a wrong value

    private Listener(Fd fd) {
        this.fd = fd;
    }

    /**
     * Takes the ownership of a descriptor that should be a listener, even if it throws.
     *
     * @throws ErrnoException EPERM if an LSM forbids its use, ENOTTY if it is no listener
     */
    public static Listener of(Fd fd) {
        // Another kind of file could do anything with an ioctl, and take long.
        if (!isListener(fd)) {
            fd.close(); // harmless: from peers only listeners come here
            throw LibC.failure(Errno.ENOTTY.number(), "the descriptor is no seccomp listener");
        }
        int error = probe(fd);
        if (error != Errno.ENOENT.number()) { // a listener has no notification 0, so it answers ENOENT
            fd.close();
            throw LibC.failure(
                    error == 0 ? Errno.EINVAL.number() : error, "the descriptor is no usable seccomp listener");
        }
        Listener listener = new Listener(fd);
        listener.wakeHere(true);
        return listener;
    }

    /**
     * Sets whether an answered caller goes on running on the processor of the answering thread. That is the quickest if
     * this thread sleeps next. If it does not sleep, the caller waits for it there, however many other processors are
     * idle.
     */
    public void wakeHere(boolean here) {
        if (wakesHere != here) {
            wakesHere = here;
            // Before Linux 6.6 there is no such flag, and only speed is lost. The flags are passed by value.
            LibC.ioctl(fd.number(), NOTIF_SET_FLAGS, here ? FD_SYNC_WAKE_UP : 0);
        }
    }

    private static boolean isListener(Fd fd) {
        try {
            return ProcFile.readLink("/proc/self/fd/" + fd.number()).equals(LINK);
        } catch (ErrnoException noSuchDescriptor) {
            return false;
        }
    }

    private static int probe(Fd fd) {
        NativeBuffer id = new NativeBuffer(8);
        return LibC.ioctl(fd.number(), NOTIF_ID_VALID, id.address()) == 0 ? 0 : LibC.errno();
    }

    /** The descriptor, for epoll. This object still owns it. */
    public int number() {
        return fd.number();
    }

    /**
     * Receives a notification. Blocks while there is none, even after a poll that said there is one. A signal to the
     * thread ends that.
     *
     * @return empty if the call went away in the meantime, or a signal came
     * @throws ErrnoException if nothing can be received at all
     */
    public Optional<Notification> receive(NotificationBuffers buffers) {
        buffers.clear();
        if (LibC.ioctl(fd.number(), NOTIF_RECV, buffers.notification.address()) == 0) {
            return Optional.of(buffers.read());
        }
        int error = LibC.errno();
        if (error == Errno.ENOENT.number() || error == Errno.EINTR.number()) {
            return Optional.empty();
        }
        throw LibC.failure(error, "SECCOMP_IOCTL_NOTIF_RECV");
    }

    /**
     * Whether the call still waits for its answer. If it does, what was opened or read before belongs to the target.
     */
    public boolean isValid(NotificationBuffers buffers, long id) {
        return LibC.ioctl(
                        fd.number(),
                        NOTIF_ID_VALID,
                        buffers.scratch.putLong(0, id).address())
                == 0;
    }

    /**
     * Answers a notification. The descriptor of an {@link Response.AddFd} is closed in every case.
     *
     * @return false if the call no longer waits
     * @throws ErrnoException if the kernel refuses the answer for another reason
     */
    public boolean send(NotificationBuffers buffers, long id, Response response) {
        if (response instanceof Response.AddFd added) {
            return addFd(buffers, id, added);
        }
        write(buffers, id, response);
        return send(buffers);
    }

    /** Writes an answer that is no {@link Response.AddFd}. */
    static void write(NotificationBuffers buffers, long id, Response response) {
        if (response instanceof Response.ReturnValue value) {
            write(buffers, id, value.value(), 0, 0);
        } else if (response instanceof Response.Failure failure) {
            write(buffers, id, 0, -failure.errno().number(), 0);
        } else {
            write(buffers, id, 0, 0, FLAG_CONTINUE);
        }
    }

    private static void write(NotificationBuffers buffers, long id, long value, int error, int flags) {
        buffers.response.putLong(0, id).putLong(8, value).putInt(16, error).putInt(20, flags);
    }

    private boolean send(NotificationBuffers buffers) {
        return LibC.ioctl(fd.number(), NOTIF_SEND, buffers.response.address()) == 0
                || stale(LibC.errno(), "SECCOMP_IOCTL_NOTIF_SEND");
    }

    private boolean addFd(NotificationBuffers buffers, long id, Response.AddFd response) {
        int number;
        int error;
        // The descriptor is closed before the caller runs. An open one could be in the caller's way, for example if the
        // caller executes the file. So the answer is a separate step.
        try (Fd added = new Fd(response.fd())) {
            buffers.setBegun(); // a second descriptor would be one that the caller does not know of
            NativeBuffer b = buffers.scratch;
            b.putLong(0, id).putInt(8, 0).putInt(12, added.number()).putInt(16, 0);
            b.putInt(20, response.closeOnExec() ? O_CLOEXEC : 0);
            number = LibC.ioctl(fd.number(), NOTIF_ADDFD, b.address());
            error = LibC.errno();
        }
        if (number >= 0) {
            write(buffers, id, number, 0, 0);
            return send(buffers);
        }
        // The target's table of descriptors may be full. Then the target gets that error.
        if (error != Errno.EMFILE.number()) {
            return stale(error, "SECCOMP_IOCTL_NOTIF_ADDFD");
        }
        write(buffers, id, 0, -error, 0);
        return send(buffers);
    }

    /** Whether an errno means that the call no longer waits. */
    public static boolean isOver(int error) {
        // ENOENT: it is gone. ESRCH: it went away while a descriptor was added. EINPROGRESS: it was answered.
        return error == Errno.ENOENT.number() || error == Errno.ESRCH.number() || error == Errno.EINPROGRESS.number();
    }

    private static boolean stale(int error, String what) {
        if (isOver(error)) {
            return false;
        }
        throw LibC.failure(error, what);
    }

    /** Closes the listener. Waiting calls and all later calls of its tasks get ENOSYS. */
    @Override
    public void close() {
        fd.close();
    }
}
