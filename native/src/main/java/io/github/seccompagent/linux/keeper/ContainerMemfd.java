package io.github.seccompagent.linux.keeper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is kept of a container: its state, which never changes, and places at fixed offsets for what is noted later.
 * After the close nothing is noted any more. Safe for use by several threads.
 */
public final class ContainerMemfd implements AutoCloseable {
    /** How many mounts there is room for. */
    public static final int MOUNTS = 4096;

    /** The most bytes of a note. */
    public static final int NOTE_BYTES = 1024;

    /** How many causes for which it was frozen there is room for. */
    public static final int CAUSES = 256;

    private static final long MAGIC = 0x3153_4343_4553L; // "SECCS1"
    private static final int LENGTH_AT = 8;
    private static final int TRIES_AT = 16;
    private static final int HEADER = 24; // the magic, the length of the state, and the tries
    private static final int MOUNT_WORDS = 4;
    private static final int CAUSE_WORDS = 16;
    private static final int PAGE = 4096;
    private static final long NOTE_AT = StateMemfd.MAX_BYTES + (long) PAGE;
    private static final long MOUNTS_AT = NOTE_AT + PAGE;
    private static final long CAUSES_AT = MOUNTS_AT + (long) MOUNTS * MOUNT_WORDS * Long.BYTES;
    private static final long SIZE = CAUSES_AT + (long) CAUSES * CAUSE_WORDS * Long.BYTES;
    private static final int SEEK_END = 2;

    private final Fd memfd;
    private final KeptTable mounts;
    private final KeptTable causes;

    private ContainerMemfd(Fd memfd) {
        this.memfd = memfd;
        mounts = new KeptTable(memfd, MOUNTS_AT, MOUNTS, MOUNT_WORDS);
        causes = new KeptTable(memfd, CAUSES_AT, CAUSES, CAUSE_WORDS);
    }

    /**
     * One for a new container.
     *
     * @throws ErrnoException as memfd_create(2), ftruncate(2) and write(2), EFBIG for more than
     *     {@link StateMemfd#MAX_BYTES}
     */
    public static ContainerMemfd create(byte[] state) {
        if (state.length > StateMemfd.MAX_BYTES) {
            throw new ErrnoException(Errno.EFBIG, "a state of " + state.length + " bytes");
        }
        byte[] bytes = ByteBuffer.allocate(HEADER + state.length)
                .order(ByteOrder.nativeOrder())
                .putLong(MAGIC)
                .putLong(state.length)
                .putLong(0)
                .put(state)
                .array();
        Fd memfd = StateMemfd.create("seccomp-agent-state");
        try {
            if (LibC.write(memfd.number(), bytes, bytes.length) != bytes.length
                    || LibC.ftruncate(memfd.number(), SIZE) < 0
                    || !StateMemfd.keepSize(memfd)) {
                throw LibC.failure("writing a state to a memfd");
            }
            return new ContainerMemfd(memfd);
        } catch (ErrnoException e) {
            memfd.close();
            throw e;
        }
    }

    /**
     * That of a process before. Takes the ownership of the descriptor, also when it throws.
     *
     * @throws ErrnoException EINVAL if it is none of this version; ESPIPE and others for what is no memfd
     */
    public static ContainerMemfd of(Fd kept) {
        try {
            long size = LibC.lseek(kept.number(), 0, SEEK_END);
            if (size < 0) {
                throw LibC.failure("lseek of a state");
            }
            ByteBuffer header = read(kept, 0, HEADER);
            if (size != SIZE || header.getLong() != MAGIC) {
                throw new ErrnoException(Errno.EINVAL, "it is no state of this version");
            }
            return new ContainerMemfd(kept);
        } catch (ErrnoException e) {
            kept.close();
            throw e;
        }
    }

    private static ByteBuffer read(Fd memfd, long offset, int length) {
        byte[] bytes = new byte[length];
        if (LibC.pread(memfd.number(), bytes, length, offset) < 0) {
            throw LibC.failure("read of a state");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * The state.
     *
     * @throws ErrnoException EFBIG for more than {@link StateMemfd#MAX_BYTES}; as pread(2)
     */
    public byte[] state() {
        long length = read(memfd, LENGTH_AT, Long.BYTES).getLong();
        if (length < 0 || length > StateMemfd.MAX_BYTES) {
            throw new ErrnoException(Errno.EFBIG, "a state of " + length + " bytes");
        }
        return read(memfd, HEADER, (int) length).array();
    }

    /**
     * How many processes have begun to go on with the container, and ended before they did.
     *
     * @throws ErrnoException as pread(2)
     */
    public long tries() {
        return read(memfd, TRIES_AT, Long.BYTES).getLong();
    }

    /** Sets {@link #tries}. Throws as {@link #setNote}. */
    public void setTries(long tries) {
        put(
                TRIES_AT,
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putLong(tries)
                        .array(),
                "the tries");
    }

    /**
     * Writes the resolver's note, in place of the one that was there. The next process finds it completely or not at
     * all: it is written by one call to one page.
     *
     * @throws ErrnoException as pwrite(2); EBADF after the close
     */
    public void setNote(byte[] note) {
        if (note.length > NOTE_BYTES) {
            throw new IllegalArgumentException("a note of " + note.length + " bytes");
        }
        put(
                NOTE_AT,
                ByteBuffer.allocate(Long.BYTES + note.length)
                        .order(ByteOrder.nativeOrder())
                        .putLong(note.length)
                        .put(note)
                        .array(),
                "a note");
    }

    private void put(long at, byte[] bytes, String what) {
        synchronized (memfd) {
            if (LibC.pwrite(memfd.number(), bytes, bytes.length, at) != bytes.length) {
                throw LibC.failure("writing " + what);
            }
        }
    }

    /**
     * The resolver's note; empty if there is none.
     *
     * @throws ErrnoException as pread(2)
     */
    public byte[] note() {
        ByteBuffer page = read(memfd, NOTE_AT, Long.BYTES + NOTE_BYTES);
        long length = page.getLong();
        byte[] note = new byte[length < 0 || length > NOTE_BYTES ? 0 : (int) length];
        page.get(note);
        return note;
    }

    /** For the mounts that were made for it, three words each. */
    public KeptTable mounts() {
        return mounts;
    }

    /** For the calls for which it was frozen, 15 words each. */
    public KeptTable causes() {
        return causes;
    }

    /** The descriptor's number, for a call that is made at once. */
    public int number() {
        return memfd.number();
    }

    @Override
    public void close() {
        synchronized (memfd) { // no table writes meanwhile
            memfd.close();
        }
    }
}
