package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;

/**
 * A copy of a structure that a caller passes together with its size, so that newer kernels can extend it. The rules are
 * the kernel's: a size below the first version's is EINVAL, and a size above a page is E2BIG. Unknown bytes that are
 * not 0 are E2BIG too.
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
     * @param size what the caller gave
     * @param knownSize the size of the structure's first version
     * @param memory copies the given number of bytes
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
