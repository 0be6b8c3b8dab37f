package io.github.seccompagent.linux.mount;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.ProcLines;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Where the mounts are that a process sees, proc_pid_mountinfo(5). */
public final class MountPoints {
    private static final int LONGEST = 64 + 2 * 4 * 4096; // numbers, then two paths with each byte as \ooo
    private static final long MOST = 64L << 20;
    private static final int POINT = 4; // the fifth field

    private MountPoints() {}

    /**
     * Where a mount is, from the root of a process. Empty if the process does not see it.
     *
     * @param id the id of the first column
     * @throws ErrnoException ENOENT or EINVAL if the process is gone; EIO if the table is too long to look through
     */
    public static Optional<TargetString> find(int process, int id) {
        try (ProcFile file = ProcFile.open("/proc/" + process + "/mountinfo")) {
            return find(file::read, id);
        }
    }

    static Optional<TargetString> find(ToIntFunction<byte[]> source, int id) {
        String start = id + " ";
        return ProcLines.findFirst("mountinfo", source, LONGEST, MOST, line -> line.startsWith(start))
                .map(line -> line.split(" ", POINT + 2))
                .filter(fields -> fields.length == POINT + 2) // otherwise the line was cut
                .map(fields -> unescaped(fields[POINT]));
    }

    /** Each character stands for a byte. The kernel writes spaces, and some more, as three octal digits. */
    private static TargetString unescaped(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                bytes.write(field.charAt(i));
            }
        }
        return TargetString.before(bytes.toByteArray());
    }
}
