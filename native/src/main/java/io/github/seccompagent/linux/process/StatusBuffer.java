package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.List;
import java.util.function.Function;

/** What is wanted of /proc/TID/status, as struct status of crossing/status.h. That file asserts the size. */
final class StatusBuffer {
    private static final int O_RDONLY = 0;
    private static final int PENDING = 0;
    private static final int PENDING_OF_PROCESS = 8;
    private static final int EFFECTIVE = 16;
    private static final int BOUNDING = 24;
    private static final int PROCESS = 32;
    private static final int TRACER = 36;
    private static final int UMASK = 40;
    private static final int NO_NEW_PRIVILEGES = 44;
    private static final int SECCOMP_MODE = 48;
    private static final int SECCOMP_FILTERS = 52;
    private static final int PROCESS_LEVELS = 64;
    private static final int THREAD_LEVELS = 68;
    private static final int USER = 72;
    private static final int GROUP = 88;
    private static final int PROCESS_IDS = 104;
    private static final int THREAD_IDS = 236;
    private static final int GROUP_COUNT = 368;
    private static final int GROUPS = 376;

    static final int USUAL_GROUPS = 64;
    private static final ThreadLocal<StatusBuffer> USUAL =
            ThreadLocal.withInitial(() -> new StatusBuffer(new NativeBuffer(size(USUAL_GROUPS)), USUAL_GROUPS));

    private final NativeBuffer buffer;
    private final int room; // for groups

    private StatusBuffer(NativeBuffer buffer, int room) {
        this.buffer = buffer;
        this.room = room;
    }

    private static int size(int groups) {
        return GROUPS + Integer.BYTES * groups;
    }

    /** Opens a status, and does the same. */
    static <T> T read(String path, Function<StatusBuffer, T> use) {
        try (Fd file = Fd.open(path, O_RDONLY)) {
            return read(file, use);
        }
    }

    /**
     * Reads a status from its beginning.
     *
     * @param use what is wanted of it; has the buffer only until it returns
     * @throws io.github.seccompagent.api.ErrnoException ESRCH if the thread is gone, EIO if this is no such file
     */
    static <T> T read(Fd file, Function<StatusBuffer, T> use) {
        StatusBuffer usual = USUAL.get();
        usual.fill(file);
        int groups = usual.buffer.getInt(GROUP_COUNT);
        if (groups <= USUAL_GROUPS) {
            return use.apply(usual);
        }
        // Nobody changes the groups of a thread that waits. Of another one, only the first of them are seen.
        try (NativeBuffer large = NativeBuffer.allocate(size(groups))) {
            StatusBuffer whole = new StatusBuffer(large, groups);
            whole.fill(file);
            return use.apply(whole);
        }
    }

    private void fill(Fd file) {
        long result = Crossing.read_status(file.number(), buffer.address(), room);
        if (result < 0) {
            throw LibC.failure((int) -result, "read the status of a thread");
        }
    }

    long pendingSignals() {
        return buffer.getLong(PENDING) | buffer.getLong(PENDING_OF_PROCESS);
    }

    long effectiveCapabilities() {
        return buffer.getLong(EFFECTIVE);
    }

    long boundingCapabilities() {
        return buffer.getLong(BOUNDING);
    }

    int threadGroupId() {
        return buffer.getInt(PROCESS);
    }

    int tracer() {
        return buffer.getInt(TRACER);
    }

    /** 0 for a zombie, which has none. */
    int umask() {
        return buffer.getInt(UMASK);
    }

    boolean noNewPrivileges() {
        return buffer.getInt(NO_NEW_PRIVILEGES) == 1;
    }

    int seccompMode() {
        return buffer.getInt(SECCOMP_MODE);
    }

    int seccompFilters() {
        return buffer.getInt(SECCOMP_FILTERS);
    }

    Ids user() {
        return ids(USER);
    }

    Ids group() {
        return ids(GROUP);
    }

    private Ids ids(int offset) {
        return new Ids(
                buffer.getInt(offset),
                buffer.getInt(offset + 4),
                buffer.getInt(offset + 8),
                buffer.getInt(offset + 12));
    }

    List<Integer> processIds() {
        return numbers(PROCESS_IDS, buffer.getInt(PROCESS_LEVELS));
    }

    List<Integer> threadIds() {
        return numbers(THREAD_IDS, buffer.getInt(THREAD_LEVELS));
    }

    List<Integer> groups() {
        return numbers(GROUPS, Math.min(room, buffer.getInt(GROUP_COUNT)));
    }

    private List<Integer> numbers(int offset, int count) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = buffer.getInt(offset + Integer.BYTES * i);
        }
        return IntList.of(numbers, count);
    }
}
