package io.github.seccompagent.linux.keeper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A table of what was done for calls whose callers may not know it. After the close nothing is written any more. */
public final class EffectsMemfd implements AutoCloseable {
    /** What it is stored by, with its version. */
    public static final String NAME = "e1";

    /** How many words an entry has for the one who writes it. */
    public static final int WORDS = 31;

    private static final long MAGIC = 0x3145_4343_4553L; // "SECCE1"
    private static final int PAGE = 4096;
    private static final int COUNT = 9 * 1024;
    private static final long SIZE = PAGE + COUNT * (WORDS + 1L) * Long.BYTES;
    private static final int SEEK_END = 2;

    private final Fd memfd;
    private final KeptTable table;

    private EffectsMemfd(Fd memfd) {
        this.memfd = memfd;
        table = new KeptTable(memfd, PAGE, COUNT, WORDS + 1);
    }

    /**
     * An empty one, which a keeper has from now on.
     *
     * @throws ErrnoException as memfd_create(2), ftruncate(2) and write(2); if it is not stored
     */
    public static EffectsMemfd create(KeeperSocket keeper) {
        Fd memfd = StateMemfd.create("seccomp-agent-effects");
        try {
            byte[] magic = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(MAGIC)
                    .array();
            if (LibC.write(memfd.number(), magic, magic.length) != magic.length
                    || LibC.ftruncate(memfd.number(), SIZE) < 0
                    || !StateMemfd.keepSize(memfd)) {
                throw LibC.failure("making the table of effects");
            }
            keeper.store(NAME, memfd.number());
            return new EffectsMemfd(memfd);
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
    public static EffectsMemfd of(Fd kept) {
        try {
            byte[] magic = new byte[Long.BYTES];
            long size = LibC.lseek(kept.number(), 0, SEEK_END);
            if (size < 0 || LibC.pread(kept.number(), magic, magic.length, 0) < 0) {
                throw LibC.failure("reading a table of effects");
            }
            if (size != SIZE
                    || ByteBuffer.wrap(magic).order(ByteOrder.nativeOrder()).getLong() != MAGIC) {
                throw new ErrnoException(Errno.EINVAL, "it is no table of effects of this version");
            }
            return new EffectsMemfd(kept);
        } catch (ErrnoException e) {
            kept.close();
            throw e;
        }
    }

    /** With entries of {@link #WORDS} words. */
    public KeptTable table() {
        return table;
    }

    /** The descriptor's number, for a call that is made at once. */
    public int number() {
        return memfd.number();
    }

    @Override
    public void close() {
        synchronized (memfd) { // nobody writes meanwhile
            memfd.close();
        }
    }
}
