package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Reads the wanted numbers of /proc/TID/status. Never holds the whole file. */
final class StatusFields {
    private static final int END = -1;
    private static final int MOST = 4 << 20; // it has less than 1 MiB even with as many groups as there can be
    private static final int MOST_NUMBERS = 65_536; // NGROUPS_MAX

    /** The wanted fields, with the base of their numbers. */
    private static final Map<String, Integer> BASES = Map.ofEntries(
            Map.entry("Tgid", 10),
            Map.entry("NStgid", 10),
            Map.entry("NSpid", 10),
            Map.entry("Uid", 10),
            Map.entry("Gid", 10),
            Map.entry("Groups", 10),
            Map.entry("SigPnd", 16),
            Map.entry("ShdPnd", 16),
            Map.entry("CapEff", 16),
            Map.entry("CapBnd", 16),
            Map.entry("TracerPid", 10),
            Map.entry("Seccomp", 10),
            Map.entry("Seccomp_filters", 10),
            Map.entry("Umask", 8),
            Map.entry("NoNewPrivs", 10));

    private final ToIntFunction<byte[]> source;
    private final byte[] buffer = new byte[4096];
    private int position;
    private int length;
    private int total;

    private final Map<String, List<Integer>> fields = new HashMap<>();
    private long last; // all 64 bits of the last number

    private final Map<String, Long> lastNumbers = new HashMap<>();

    private StatusFields(ToIntFunction<byte[]> source) {
        this.source = source;
    }

    /**
     * @param source fills an array and returns how many bytes came; 0 at the end
     * @throws ErrnoException EIO if the file is larger than the kernel makes it
     */
    static StatusFields read(ToIntFunction<byte[]> source) {
        StatusFields fields = new StatusFields(source);
        fields.readLines();
        return fields;
    }

    private void readLines() {
        byte[] name = new byte[32];
        int c = next();
        while (c != END) {
            int nameLength = 0;
            while (c != ':' && c != '\n' && c != END) {
                if (nameLength < name.length) {
                    name[nameLength++] = (byte) c;
                }
                c = next();
            }
            String field = new String(name, 0, nameLength, StandardCharsets.US_ASCII);
            Integer base = c == ':' ? BASES.get(field) : null;
            if (base != null) {
                c = readNumbers(field, base);
            }
            while (c != '\n' && c != END) {
                c = next();
            }
            c = c == END ? END : next();
        }
    }

    private int readNumbers(String field, int base) {
        int[] numbers = new int[4];
        int count = 0;
        boolean inNumber = false;
        int c = next();
        while (c != '\n' && c != END) {
            int digit = Character.digit(c, base);
            if (digit >= 0) {
                last = inNumber ? last * base + digit : digit;
                inNumber = true;
            } else if (inNumber) {
                numbers = add(numbers, count++);
                inNumber = false;
            }
            c = next();
        }
        if (inNumber) {
            numbers = add(numbers, count++);
        }
        fields.put(field, IntList.of(numbers, count));
        lastNumbers.put(field, last);
        return c;
    }

    private int[] add(int[] numbers, int count) {
        if (count == MOST_NUMBERS) {
            throw new ErrnoException(Errno.EIO, "the status of a thread has too many numbers");
        }
        int[] grown = count < numbers.length ? numbers : Arrays.copyOf(numbers, 2 * count);
        grown[count] = (int) last;
        return grown;
    }

    private int next() {
        if (position == length) {
            length = source.applyAsInt(buffer);
            position = 0;
            if (length <= 0) {
                length = 0;
                return END;
            }
            total += length;
            if (total > MOST) {
                throw new ErrnoException(Errno.EIO, "the status of a thread is too long");
            }
        }
        return buffer[position++] & 0xff;
    }

    /** The numbers of a field; none if there is no such field. */
    List<Integer> numbers(String field) {
        return fields.getOrDefault(field, List.of());
    }

    /** The one number of a field; 0 if there is none. */
    int number(String field) {
        return (int) longNumber(field);
    }

    /** The one number of a field with 64 bits; 0 if there is none. */
    long longNumber(String field) {
        return lastNumbers.getOrDefault(field, 0L);
    }
}
