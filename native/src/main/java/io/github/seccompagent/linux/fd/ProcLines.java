package io.github.seccompagent.linux.fd;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * The lines of a file of procfs. Containers decide how many lines there are and how long they are. So one line is held
 * at a time, and no more of it than its beginning.
 */
public final class ProcLines {
    private final String name;
    private final ToIntFunction<byte[]> source;
    private final long most;
    private final byte[] buffer = new byte[4096];
    private final byte[] line;
    private int length;
    private String last = ""; // that was given

    private ProcLines(String name, ToIntFunction<byte[]> source, int longest, long most) {
        this.name = name;
        this.source = source;
        this.line = new byte[longest];
        this.most = most;
    }

    /**
     * Reads a file until its end, or until no more is wanted.
     *
     * @param source fills an array and returns how many bytes came; 0 at the end
     * @param longest how many bytes of a line are wanted; a longer line is cut there
     * @param most how many bytes may be read in all
     * @param take gets each line, with its bytes as characters, and returns whether more lines are wanted
     * @throws ErrnoException EIO if the file is longer; otherwise as read(2)
     */
    public static void read(String name, ToIntFunction<byte[]> source, int longest, long most, Predicate<String> take) {
        new ProcLines(name, source, longest, most).read(take);
    }

    /** The first wanted line, as {@link #read} gives it. Nothing behind it is read. */
    public static Optional<String> findFirst(
            String name, ToIntFunction<byte[]> source, int longest, long most, Predicate<String> wanted) {
        ProcLines lines = new ProcLines(name, source, longest, most);
        return lines.read(line -> !wanted.test(line)) ? Optional.empty() : Optional.of(lines.last);
    }

    /** Returns false if no more lines are wanted. */
    private boolean read(Predicate<String> take) {
        long total = 0;
        int count = source.applyAsInt(buffer);
        while (count > 0) {
            total += count;
            if (total > most) {
                throw new ErrnoException(Errno.EIO, name + " is longer than " + most + " bytes");
            }
            if (!split(count, take)) {
                return false;
            }
            count = source.applyAsInt(buffer);
        }
        return length == 0 || take.test(end());
    }

    private boolean split(int count, Predicate<String> take) {
        for (int i = 0; i < count; i++) {
            if (buffer[i] == '\n') {
                if (!take.test(end())) {
                    return false;
                }
            } else if (length < line.length) {
                line[length++] = buffer[i];
            }
        }
        return true;
    }

    private String end() {
        last = new String(line, 0, length, StandardCharsets.ISO_8859_1);
        length = 0;
        return last;
    }
}
