package io.github.seccompagent.linux.filter;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.process.KnownProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A seccomp filter that a thread has.
 *
 * @param instructions the filter as the thread gave it to the kernel
 * @param isLogged whether the kernel logs its actions other than allow, SECCOMP_FILTER_FLAG_LOG
 */
public record InstalledFilter(List<Instruction> instructions, boolean isLogged) {

    /**
     * Reads the filters of a thread. The thread stops for that, for about a millisecond, and goes on also if this
     * process is killed meanwhile. A call in which it waits may be interrupted, as by a tracer: most go on unseen, and
     * those that the kernel cannot go on with, such as epoll_wait(2), return EINTR.
     *
     * @param thread the thread, not of a child that Java started: Java would take the stop for the child's end
     * @param patience how long it may take to stop
     * @return the newest first, as the kernel runs them
     * @throws ErrnoException EPERM or EACCES if this process may not: it needs CAP_SYS_ADMIN in the first user
     *     namespace and CAP_SYS_PTRACE, and must have no filter itself; ESRCH if the thread is gone; ETIMEDOUT if it
     *     does not stop; EIO if the kernel cannot give filters away
     */
    public static List<InstalledFilter> of(KnownProcess thread, Duration patience) throws InterruptedException {
        FutureTask<List<InstalledFilter>> reading = new FutureTask<>(() -> read(thread, patience));
        // The end of a tracer ends its tracing, so nothing stays stopped whatever goes wrong.
        Thread tracer = new Thread(reading, "filter reader");
        tracer.start();
        try {
            List<InstalledFilter> filters = reading.get();
            tracer.join();
            return filters;
        } catch (InterruptedException e) {
            tracer.interrupt();
            throw e;
        } catch (ExecutionException e) {
            tracer.join();
            if (e.getCause() instanceof ErrnoException failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static List<InstalledFilter> read(KnownProcess thread, Duration patience) throws InterruptedException {
        List<byte[]> oldestFirst = new ArrayList<>();
        List<Boolean> areLogged = new ArrayList<>();
        try (StoppedThread stopped = StoppedThread.stop(thread.id(), patience)) {
            thread.requireAlive(); // what is traced keeps its id
            Optional<byte[]> filter = stopped.filter(0);
            while (filter.isPresent()) {
                areLogged.add(stopped.isLogged(oldestFirst.size()));
                oldestFirst.add(filter.get());
                filter = stopped.filter(oldestFirst.size());
            }
        }
        List<InstalledFilter> filters = new ArrayList<>(); // made while the thread goes on already
        for (int i = oldestFirst.size() - 1; i >= 0; i--) {
            filters.add(new InstalledFilter(Instruction.listOf(oldestFirst.get(i)), areLogged.get(i)));
        }
        return List.copyOf(filters);
    }
}
