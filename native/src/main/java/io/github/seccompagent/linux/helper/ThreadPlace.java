package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.cgroup.Cgroups;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Where a thread lives. Two places are equal only if they are the same one, as long as somebody lives at one of them: a
 * namespace, a mount or a cgroup that is in use keeps its name.
 *
 * @param numbers the inodes of its mount, network, IPC, UTS, cgroup and user namespaces; then the mount, the device and
 *     the inode of its root
 * @param cgroups its cgroups, as in proc_pid_cgroup(5)
 */
public record ThreadPlace(List<Long> numbers, String cgroups) {
    private static final int NUMBERS = 9;
    private static final ThreadLocal<NativeBuffer> FOUND =
            ThreadLocal.withInitial(() -> new NativeBuffer(NUMBERS * Long.BYTES));

    /**
     * Looks at a thread. The caller of this method checks afterwards that it is still the same thread.
     *
     * @return empty if it cannot be told: the thread is gone, or its cgroups have very long names
     */
    public static Optional<ThreadPlace> of(int threadId) {
        NativeBuffer found = FOUND.get();
        if (Crossing.look_at_place(LibC.string("/proc/" + threadId), found.address()) < 0) {
            return Optional.empty();
        }
        List<Long> numbers = LongStream.range(0, NUMBERS)
                .mapToObj(i -> found.getLong((int) i * Long.BYTES))
                .toList();
        try {
            return Optional.of(new ThreadPlace(numbers, Cgroups.textOf(threadId)));
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }
}
