package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.ProcLines;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import java.util.function.ToIntFunction;

/** The descriptors of a thread, proc_pid_fd(5) and proc_pid_fdinfo(5). */
public final class OpenFiles {
    private static final String FLAGS = "flags:";
    private static final long O_PATH = 010000000;
    private static final int READ_OR_WRITE = 0600;
    private static final int LONGEST = 64;
    private static final int MOST = 64 << 10; // the flags are in the second line

    private OpenFiles() {}

    /**
     * Makes sure that a descriptor can be used by calls like fchmod(2).
     *
     * @throws ErrnoException EBADF if there is no such descriptor, or it was opened with O_PATH
     */
    public static void requireUsable(int threadId, int fd) {
        String number = Integer.toUnsignedString(fd);
        // The mode of the link tells at no cost whether the descriptor can read or write. Nearly all can. The fdinfo
        // file costs more: of an epoll, the kernel writes a line for each of its files, and there may be hundreds of
        // thousands.
        if ((modeOf("/proc/" + threadId + "/fd/" + number) & READ_OR_WRITE) != 0) {
            return;
        }
        try (ProcFile info = ProcFile.open("/proc/" + threadId + "/fdinfo/" + number)) {
            if (isOnlyPlace(info::read)) {
                throw badDescriptor();
            }
        } catch (ErrnoException e) {
            throw e.errno() == Errno.ENOENT ? badDescriptor() : e;
        }
    }

    private static long modeOf(String link) {
        long mode = Crossing.link_mode(LibC.string(link));
        if (mode < 0) {
            throw (int) -mode == Errno.ENOENT.number() ? badDescriptor() : LibC.failure((int) -mode, link);
        }
        return mode;
    }

    /** Whether the descriptor was opened with O_PATH. */
    static boolean isOnlyPlace(ToIntFunction<byte[]> fdinfo) {
        return ProcLines.findFirst("fdinfo", fdinfo, LONGEST, MOST, line -> line.startsWith(FLAGS))
                .filter(line -> (numberOf(line.substring(FLAGS.length()).strip()) & O_PATH) != 0)
                .isPresent();
    }

    private static long numberOf(String octal) {
        try {
            return Long.parseLong(octal, 8);
        } catch (NumberFormatException e) {
            throw new ErrnoException(Errno.EIO, "the flags of a descriptor");
        }
    }

    private static ErrnoException badDescriptor() {
        return new ErrnoException(Errno.EBADF, "descriptor");
    }
}
