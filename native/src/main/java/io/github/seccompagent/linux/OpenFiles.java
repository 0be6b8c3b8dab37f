package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.charset.StandardCharsets;

/** The descriptors of a thread, proc_pid_fdinfo(5). */
public final class OpenFiles {
    private static final long O_PATH = 010000000;

    private OpenFiles() {}

    /**
     * Makes sure that a descriptor is good for calls like fchmod(2).
     *
     * @throws ErrnoException EBADF if there is no such descriptor, or it was opened with O_PATH
     */
    public static void requireUsable(int threadId, int fd) {
        String info;
        try {
            info = new String(
                    ProcFile.read("/proc/" + threadId + "/fdinfo/" + Integer.toUnsignedString(fd)),
                    StandardCharsets.US_ASCII);
        } catch (ErrnoException e) {
            throw e.errno() == Errno.ENOENT ? badDescriptor() : e;
        }
        for (String line : info.split("\n")) {
            if (line.startsWith("flags:") && (Long.parseLong(line.substring(6).strip(), 8) & O_PATH) != 0) {
                throw badDescriptor();
            }
        }
    }

    private static ErrnoException badDescriptor() {
        return new ErrnoException(Errno.EBADF, "descriptor");
    }
}
