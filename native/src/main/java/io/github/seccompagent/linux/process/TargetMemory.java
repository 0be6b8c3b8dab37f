package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.Arrays;

/** Copies strings from a target's memory, process_vm_readv(2). For use by one thread. */
public final class TargetMemory {
    /** PATH_MAX: a path with its NUL. */
    public static final int PATH_MAX = 4096;

    private static final int PAGE = 4096;
    private static final int USUAL = 256; // most paths are shorter, and mostly that is a page less
    private static final int VECTORS = PATH_MAX;

    // struct iovec x 3 behind the bytes: one local, two remote.
    private final NativeBuffer buffer = new NativeBuffer(PATH_MAX + 48);

    /**
     * Copies a NUL-terminated string. Whoever calls asks afterwards whether the notification is still valid: until then
     * the bytes could be those of another process that got the thread's id.
     *
     * @param limit the longest that it may be, with its NUL; at most {@link #PATH_MAX}
     * @param tooLong the error if it is longer
     * @throws ErrnoException EFAULT where the memory ends before the string does, ESRCH if the thread is gone
     */
    public TargetString readString(int threadId, long address, int limit, Errno tooLong) {
        byte[] bytes = read(threadId, address, Math.min(limit, USUAL));
        int length = lengthOf(bytes);
        if (length < 0 && bytes.length == USUAL) {
            bytes = read(threadId, address, limit);
            length = lengthOf(bytes);
        }
        if (length < 0) {
            throw new ErrnoException(
                    bytes.length < limit ? Errno.EFAULT : tooLong, "string argument of thread " + threadId);
        }
        return TargetString.of(Arrays.copyOf(bytes, length));
    }

    /** How many bytes there are before the first NUL; -1 if there is none. */
    private static int lengthOf(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Copies bytes, with the same caution.
     *
     * @throws ErrnoException EFAULT unless all of them are there, ESRCH if the thread is gone
     */
    public byte[] readBytes(int threadId, long address, int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at += PATH_MAX) {
            int wanted = Math.min(PATH_MAX, length - at);
            byte[] piece = read(threadId, address + at, wanted);
            if (piece.length < wanted) {
                throw new ErrnoException(Errno.EFAULT, "memory argument of thread " + threadId);
            }
            System.arraycopy(piece, 0, bytes, at, wanted);
        }
        return bytes;
    }

    /**
     * Copies the bytes of a page's length that begin at an address, or as many of them as there are, with the same caution.
     *
     * @throws ErrnoException EFAULT if there is none, ESRCH if the thread is gone
     */
    public byte[] readPage(int threadId, long address) {
        return read(threadId, address, PAGE);
    }

    /** As many of {@code length} bytes as can be read. */
    private byte[] read(int threadId, long address, int length) {
        // A transfer stops at the vector that it cannot finish, so there is one for each page.
        int first = (int) Math.min(length, PAGE - (address & (PAGE - 1)));
        buffer.putLong(VECTORS, buffer.address()).putLong(VECTORS + 8, length);
        buffer.putLong(VECTORS + 16, address).putLong(VECTORS + 24, first);
        buffer.putLong(VECTORS + 32, address + first).putLong(VECTORS + 40, length - first);
        long vectors = buffer.address() + VECTORS;
        long count = LibC.process_vm_readv(threadId, vectors, 1, vectors + 16, length > first ? 2 : 1, 0);
        if (count < 0) {
            throw LibC.failure("process_vm_readv of thread " + threadId);
        }
        return buffer.getBytes(0, (int) count);
    }
}
