package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.KernelRelease;
import io.github.seccompagent.linux.cgroup.OwnCgroups;
import io.github.seccompagent.linux.cgroup.ProcessRoom;
import io.github.seccompagent.linux.helper.ThreadPlace;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.ThreadFolder;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the first process of a container lives: its namespaces, its root and its cgroups are there for as long as the
 * container. Workers stay only for threads that live there too. Anywhere else somebody could wait for the end of a
 * namespace, of a cgroup or of a mount, and a worker that does nothing would be in the way. No worker stays for a
 * container that may make cgroups of its own either. Safe for use by several threads.
 */
final class Home {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Workers that stay must not keep a container from starting processes. They end sooner than it needs so many. */
    private static final int ROOM = 4 * StayingWorkers.MAX_OF_ACCOUNT;

    /** Since then the listener shows the end of a container before its first process has ended. */
    private static final boolean SHOWS_ENDING = !KernelRelease.ofThisMachine().isBefore(6, 11);

    private final KnownProcess firstProcess;
    private volatile @Nullable ThreadPlace first; // where it was seen first
    private volatile Optional<ThreadPlace> place = Optional.empty();
    private volatile long lookedNanos = System.nanoTime() - AGAIN_NANOS;

    Home(KnownProcess firstProcess) {
        this.firstProcess = firstProcess;
        first = find().orElse(null); // before it does anything itself
    }

    /**
     * Whether a thread lives there. The first process may move, and that is seen within a second. Nobody's home is
     * where it has moved to: it may come back, and take that off.
     */
    boolean is(ThreadPlace other) {
        long now = System.nanoTime();
        if (now - lookedNanos >= AGAIN_NANOS) {
            lookedNanos = now;
            place = look().filter(this::isFirst);
        }
        return place.isPresent() && place.get().equals(other);
    }

    /**
     * Whether a worker may stay for a thread of a process. The container ends with its first process, and its runtime
     * removes the cgroups at once. So a worker for that has to see it before.
     */
    boolean mayBeKeptFor(int process) {
        return SHOWS_ENDING || process != firstProcess.id();
    }

    private boolean isFirst(ThreadPlace found) {
        ThreadPlace known = first;
        if (known == null) {
            first = found;
        }
        return known == null || known.equals(found);
    }

    /** Where it lives now. Empty if no worker may stay there. */
    private Optional<ThreadPlace> look() {
        int id = firstProcess.id();
        boolean maySettle = ProcessRoom.isThere(id, ROOM) && !OwnCgroups.mayBeMadeBy(id);
        return maySettle ? find() : Optional.empty();
    }

    private Optional<ThreadPlace> find() {
        try (ThreadFolder thread = ThreadFolder.of(firstProcess.id())) {
            Optional<ThreadPlace> found = ThreadPlace.of(thread);
            firstProcess.requireAlive();
            return found;
        } catch (ErrnoException gone) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Home home && home.firstProcess.equals(firstProcess);
    }

    @Override
    public int hashCode() {
        return firstProcess.hashCode();
    }
}
