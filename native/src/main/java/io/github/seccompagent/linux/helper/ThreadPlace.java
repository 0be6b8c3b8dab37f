package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.cgroup.Cgroups;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.NativeBuffer;
import io.github.seccompagent.linux.process.ThreadFolder;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a thread lives. Two places are equal only if they are the same one, as long as somebody lives at one of them: a
 * namespace, a mount or a cgroup that is in use keeps its name.
 */
public final class ThreadPlace {
    static final int NUMBERS = 9;
    private static final int CGROUPS = NUMBERS * Long.BYTES;
    private static final int MOST_OF_CGROUPS = 4000;
    private static final ThreadLocal<NativeBuffer> FOUND =
            ThreadLocal.withInitial(() -> new NativeBuffer(CGROUPS + MOST_OF_CGROUPS + 1));

    // The inodes of its mount, network, IPC, UTS, cgroup and user namespaces; the mount, device and inode of its root.
    private final long[] numbers;
    private final byte[] cgroups; // as in proc_pid_cgroup(5)

    ThreadPlace(long[] numbers, byte[] cgroups) {
        this.numbers = numbers;
        this.cgroups = cgroups;
    }

    /**
     * Looks at a thread.
     *
     * @return empty if it cannot be told: the thread is gone, or its cgroups have very long names
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it was gone before
     */
    public static Optional<ThreadPlace> of(ThreadFolder thread) {
        NativeBuffer found = FOUND.get();
        long length = Crossing.look_at_place(
                thread.number(),
                thread.namespaces().number(),
                Cgroups.fileOf(thread).number(),
                found.address(),
                found.address() + CGROUPS,
                MOST_OF_CGROUPS + 1);
        if (length < 0 || length > MOST_OF_CGROUPS) {
            return Optional.empty();
        }
        long[] numbers = new long[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            numbers[i] = found.getLong(i * Long.BYTES);
        }
        return Optional.of(new ThreadPlace(numbers, found.getBytes(CGROUPS, (int) length)));
    }

    /** One of the {@value #NUMBERS} numbers, in the order of struct request in protocol.h. */
    long number(int index) {
        return numbers[index];
    }

    byte[] cgroups() {
        return cgroups;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ThreadPlace place
                && Arrays.equals(place.numbers, numbers)
                && Arrays.equals(place.cgroups, cgroups);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(numbers) + Arrays.hashCode(cgroups);
    }
}
