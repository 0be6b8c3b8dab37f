package io.github.seccompagent.linux.keeper;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A table in a memfd, of entries that are a few words each. The next process finds an entry completely or not at all:
 * it is written by one call, which SIGKILL does not interrupt within a page, and its last word is a check of the
 * others. It takes memory only where something was written, and a write that gets none fails and harms nobody, as it
 * would in a mapping. Safe for use by several threads.
 */
public final class KeptTable {
    private static final int PAGE = 4096;
    private static final int SEEK_DATA = 3;
    private static final long SEED = 0x7365_6363_6f6d_7031L;

    private final Fd memfd; // somebody else's
    private final long offset;
    private final int count;
    private final int words;

    /**
     * @param offset where it begins, at a page
     * @param words how many an entry has, with the check; a power of two
     */
    KeptTable(Fd memfd, long offset, int count, int words) {
        if (offset % PAGE != 0 || Integer.bitCount(words) != 1 || size(words) > PAGE) {
            throw new IllegalArgumentException("an entry would be on two pages");
        }
        this.memfd = memfd;
        this.offset = offset;
        this.count = count;
        this.words = words;
    }

    private static int size(int words) {
        return words * Long.BYTES;
    }

    /** How many entries there is room for. */
    public int count() {
        return count;
    }

    /**
     * Writes an entry, in place of the one that was there.
     *
     * @param values all words but the check
     * @throws ErrnoException as pwrite(2); EBADF if the memfd was closed
     */
    public void write(int index, long... values) {
        if (values.length != words - 1) {
            throw new IllegalArgumentException(values.length + " words");
        }
        ByteBuffer entry = ByteBuffer.allocate(size(words)).order(ByteOrder.nativeOrder());
        for (long value : values) {
            entry.putLong(value);
        }
        put(index, entry.putLong(check(index, values)).array());
    }

    /** Makes an entry empty. Throws as {@link #write}. */
    public void clear(int index) {
        put(index, new byte[size(words)]);
    }

    private void put(int index, byte[] entry) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException(index);
        }
        synchronized (memfd) { // else it could be closed meanwhile, and the number be another file's
            if (LibC.pwrite(memfd.number(), entry, entry.length, at(index)) != entry.length) {
                throw LibC.failure("writing to a kept table");
            }
        }
    }

    private long at(int index) {
        return offset + (long) index * size(words);
    }

    /** Whether nothing was ever written there. Costs less than {@link #read}. */
    public boolean isUntouched() {
        synchronized (memfd) {
            return nextData(offset) >= at(count);
        }
    }

    /**
     * The entries that are complete, without their checks.
     *
     * @throws ErrnoException as lseek(2) and pread(2)
     */
    public SortedMap<Integer, long[]> read() {
        SortedMap<Integer, long[]> found = new TreeMap<>();
        long end = at(count);
        byte[] page = new byte[PAGE];
        synchronized (memfd) {
            for (long at = nextData(offset); at < end; at = nextData(at + PAGE)) {
                if (LibC.pread(memfd.number(), page, PAGE, at) < 0) {
                    throw LibC.failure("reading a kept table");
                }
                read(page, (int) ((at - offset) / size(words)), found);
            }
        }
        return found;
    }

    /** The first page from there on that has memory: a table can be large, and most are empty. */
    private long nextData(long from) {
        long at = LibC.lseek(memfd.number(), from, SEEK_DATA);
        return at < 0 ? Long.MAX_VALUE : at - at % PAGE; // ENXIO: there is none
    }

    private void read(byte[] page, int first, SortedMap<Integer, long[]> found) {
        LongBuffer entries =
                ByteBuffer.wrap(page).order(ByteOrder.nativeOrder()).asLongBuffer();
        long[] values = new long[words - 1];
        for (int index = first; entries.hasRemaining() && index < count; index++) {
            entries.get(values);
            if (entries.get() == check(index, values)) {
                found.put(index, values.clone());
            }
        }
    }

    /** Is never that of an empty entry, nor that of the same entry at another place. */
    private static long check(int index, long[] values) {
        long check = SEED + index;
        for (long value : values) {
            check = (Long.rotateLeft(check, 5) ^ value) * 0x9e37_79b9_7f4a_7c15L;
        }
        return check == 0 ? 1 : check;
    }
}
