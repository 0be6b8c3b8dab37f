package io.github.seccompagent.linux.keeper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A slot for each thread that receives: what it has received, from which listener, and what it has begun to do for it.
 * The kernel writes a notification straight into its slot, so at no moment is one received that the next process does
 * not find.
 *
 * <p>The version is in the name that it is stored by, and in its first word. The places of a slot that
 * {@link NotificationBuffers} has are the same in every version.
 */
public final class Journal {
    /** What it is stored by, and what else if there is something by that name which is still needed. */
    public static final List<String> NAMES = List.of("j1", "j1b");

    private static final long MAGIC = 0x314a_4343_4553L; // "SECCJ1"
    private static final int SLOT_SIZE = 8; // where every version has the size of a slot; 0: as the first one had it
    private static final int LARGEST = 1 << 16;
    private static final int MOST = 1 << 16;
    private static final int SEEK_END = 2;

    private final NativeBuffer memory;
    private final int slotSize;
    private final int count;

    private Journal(NativeBuffer memory, int slotSize, int count) {
        this.memory = memory;
        this.slotSize = slotSize;
        this.count = count;
    }

    /**
     * An empty one, which a keeper has from now on.
     *
     * @param name one of {@link #NAMES}
     * @throws ErrnoException as memfd_create(2), ftruncate(2) and mmap(2); if it is not stored
     */
    public static Journal create(int slots, KeeperSocket keeper, String name) {
        try (Fd memfd = StateMemfd.create("seccomp-agent-journal")) {
            if (LibC.ftruncate(memfd.number(), size(slots)) < 0 || !StateMemfd.keepSize(memfd)) {
                throw LibC.failure("making the journal");
            }
            // Else a thread that receives would be killed where there is no memory for what it writes.
            int failed = LibC.posix_fallocate(memfd.number(), 0, size(slots));
            if (failed != 0) {
                throw LibC.failure(failed, "memory for the journal");
            }
            NativeBuffer memory = NativeBuffer.map(memfd.number(), size(slots));
            memory.putLong(0, MAGIC).putInt(SLOT_SIZE, NotificationBuffers.SLOT);
            keeper.store(name, memfd.number());
            return new Journal(memory, NotificationBuffers.SLOT, slots);
        }
    }

    /**
     * That of a process before. Takes the ownership of the descriptor, also when it throws.
     *
     * @throws ErrnoException EINVAL if it is none of any version
     */
    public static Journal of(Fd kept) {
        try (Fd memfd = kept) {
            long size = LibC.lseek(memfd.number(), 0, SEEK_END);
            if (size < size(1)
                    || size > size(MOST)
                    // or a write to what somebody has cut off would end this process
                    || !StateMemfd.keepSize(memfd)) {
                throw new ErrnoException(Errno.EINVAL, "it is no journal");
            }
            int slotSize = slotSize(memfd);
            int count = (int) (size / slotSize) - 1;
            if (count < 1 || size % slotSize != 0) {
                throw new ErrnoException(Errno.EINVAL, "it is no journal: its slots have " + slotSize + " bytes");
            }
            return new Journal(NativeBuffer.map(memfd.number(), (int) size), slotSize, count);
        }
    }

    private static int slotSize(Fd memfd) {
        byte[] header = new byte[Integer.BYTES];
        if (LibC.pread(memfd.number(), header, header.length, SLOT_SIZE) != header.length) {
            throw LibC.failure("reading the journal");
        }
        int said = ByteBuffer.wrap(header).order(ByteOrder.nativeOrder()).getInt();
        int slotSize = said == 0 ? NotificationBuffers.SLOT : said;
        // No version has smaller slots. What every version has is at the beginning of a slot.
        if (slotSize < NotificationBuffers.SLOT || slotSize > LARGEST) {
            throw new ErrnoException(Errno.EINVAL, "it is no journal: its slots have " + said + " bytes");
        }
        return slotSize;
    }

    private static int size(int slots) {
        return (slots + 1) * NotificationBuffers.SLOT;
    }

    /** Whether all of a slot is known, and not only what every version has. */
    public boolean isOfThisVersion() {
        return memory.getLong(0) == MAGIC && slotSize == NotificationBuffers.SLOT;
    }

    /** How many slots there are. */
    public int count() {
        return count;
    }

    /** The memory of one thread, whose slot is here. */
    public NotificationBuffers slot(int index) {
        return new NotificationBuffers(memory.part((index + 1) * slotSize, NotificationBuffers.SLOT));
    }
}
