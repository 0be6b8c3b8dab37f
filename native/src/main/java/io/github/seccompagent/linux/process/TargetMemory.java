package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.Arrays;

/** Copies from a target's memory, process_vm_readv(2). For use by one thread. */
public final class TargetMemory {
    /** PATH_MAX: a path with its NUL. */
    public static final int PATH_MAX = 4096;

    private static final int PAGE = 4096;
    private static final int USUAL = 256; // most paths are shorter, and mostly this needs one page less
    private static final int VECTORS = PATH_MAX;

    // Three struct iovec follow the bytes: one local, two remote.
    private final NativeBuffer buffer = new NativeBuffer(PATH_MAX + 48);

    /**
     * Copies a NUL-terminated string. The caller checks afterwards that the notification is still valid. Until then the
     * bytes could be those of another process that got the thread's id.
     *
     * @param limit how many bytes it may have, with its NUL; at most {@link #PATH_MAX}
     * @param tooLong the error if it is longer
     * @throws ErrnoException EFAULT if the memory ends before the string does, ESRCH if the thread is gone
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

    /** How many bytes come before the first NUL; -1 if there is none. */
    private static int lengthOf(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Copies bytes. The caller checks afterwards that the notification is still valid.
     *
     * @throws ErrnoException EFAULT unless all of them can be read, ESRCH if the thread is gone
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
     * Copies a page's length of bytes from an address on, or as many as can be read. The caller checks afterwards that
     * the notification is still valid.
     *
     * @throws ErrnoException EFAULT if none can be read, ESRCH if the thread is gone
     */
    public byte[] readPage(int threadId, long address) {
        return read(threadId, address, PAGE);
    }

    /** Reads as many of {@code length} bytes as it can. */
    private byte[] read(int threadId, long address, int length) {
        // A transfer stops at the vector that it cannot finish, so each page has a vector.
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
