package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;

/**
 * A copy of a structure that a call is given with its size, so that it can grow. As the kernel has it: a size below the
 * first one is EINVAL, one above a page is E2BIG, and so are bytes behind the known ones that are not 0.
 */
final class CallerStructure {
    private static final int PAGE = 4096;

    private final ByteBuffer bytes;

    private CallerStructure(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Copies a structure.
     *
     * @param size as the caller gives it
     * @param knownSize the size that it had at first
     * @param memory gives that many bytes of it
     */
    static CallerStructure of(long size, int knownSize, IntFunction<byte[]> memory) {
        if (Long.compareUnsigned(size, knownSize) < 0) {
            throw new ErrnoException(Errno.EINVAL, "size of a structure");
        }
        if (Long.compareUnsigned(size, PAGE) > 0) {
            throw new ErrnoException(Errno.E2BIG, "size of a structure");
        }
        byte[] bytes = memory.apply((int) size);
        for (int i = knownSize; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                throw new ErrnoException(Errno.E2BIG, "unknown part of a structure");
            }
        }
        return new CallerStructure(bytes);
    }

    /** A number of 4 or 8 bytes. */
    long number(int offset, int length) {
        return length == Long.BYTES ? bytes.getLong(offset) : Integer.toUnsignedLong(bytes.getInt(offset));
    }
}
