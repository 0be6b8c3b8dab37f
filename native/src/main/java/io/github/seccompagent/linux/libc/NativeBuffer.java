package io.github.seccompagent.linux.libc;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Memory outside the Java heap, with a known address. Its fields are read and written without a native call. */
public final class NativeBuffer implements AutoCloseable {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;

    private final ByteBuffer bytes;
    private final LongBuffer longs; // the same memory: these views cost half as much to use
    private final IntBuffer ints;
    private final long address;
    private boolean isAllocated;

    public NativeBuffer(int size) {
        bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        longs = bytes.asLongBuffer();
        ints = bytes.asIntBuffer();
        address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    private NativeBuffer(long address, int size, boolean isAllocated) {
        bytes = new Pointer(address).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
        longs = bytes.asLongBuffer();
        ints = bytes.asIntBuffer();
        this.address = address;
        this.isAllocated = isAllocated;
    }

    /** Allocates memory that is given back at the close, and not when the garbage collector finds it. */
    public static NativeBuffer allocate(int size) {
        long allocated = Native.malloc(size);
        if (allocated == 0) {
            throw LibC.failure("malloc");
        }
        return new NativeBuffer(allocated, size, true);
    }

    /**
     * The beginning of a file, shared with whoever maps it too. It stays mapped for as long as this process lives: a
     * thread may write there late.
     *
     * @throws io.github.seccompagent.api.ErrnoException as mmap(2)
     */
    public static NativeBuffer map(int fd, int size) {
        long mapped = LibC.mmap(0, size, PROT_READ_WRITE, MAP_SHARED, fd, 0);
        if (mapped == -1) {
            throw LibC.failure("mmap");
        }
        return new NativeBuffer(mapped, size, false);
    }

    /** A part of this, which must not be used after this is closed. */
    public NativeBuffer part(int offset, int size) {
        if (offset < 0 || size < 0 || offset > size() - size) {
            throw new IndexOutOfBoundsException("no part of " + size + " bytes at " + offset + " of " + size());
        }
        return new NativeBuffer(address + offset, size, false);
    }

    /** Gives allocated memory back. Nobody may use it after that. */
    @Override
    public void close() {
        if (isAllocated) {
            isAllocated = false;
            Native.free(address);
        }
    }

    public long address() {
        return address;
    }

    public int size() {
        return bytes.capacity();
    }

    public int getInt(int offset) {
        return (offset & 3) == 0 ? ints.get(offset >> 2) : bytes.getInt(offset);
    }

    public long getLong(int offset) {
        return (offset & 7) == 0 ? longs.get(offset >> 3) : bytes.getLong(offset);
    }

    public NativeBuffer putInt(int offset, int value) {
        if ((offset & 3) == 0) {
            ints.put(offset >> 2, value);
        } else {
            bytes.putInt(offset, value);
        }
        return this;
    }

    public NativeBuffer putLong(int offset, long value) {
        if ((offset & 7) == 0) {
            longs.put(offset >> 3, value);
        } else {
            bytes.putLong(offset, value);
        }
        return this;
    }

    public NativeBuffer putBytes(int offset, byte[] value) {
        bytes.put(offset, value);
        return this;
    }

    public byte[] getBytes(int offset, int length) {
        byte[] value = new byte[length];
        bytes.get(offset, value);
        return value;
    }

    /** Clears whole words. For the few words of a notification this is faster than a bulk copy. */
    public void clear(int offset, int length) {
        for (int at = offset; at < offset + length; at += Long.BYTES) {
            putLong(at, 0);
        }
    }
}
