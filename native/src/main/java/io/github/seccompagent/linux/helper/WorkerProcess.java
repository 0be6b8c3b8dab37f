package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.process.Processors;
import io.github.seccompagent.linux.process.ThreadStat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The process of a worker. Owns the pidfd. */
final class WorkerProcess implements AutoCloseable {
    private static final int SIGKILL = 9;
    private static final int FDINFO_MOST = 4096;
    private static final Pattern PID = Pattern.compile("(?m)^Pid:\\s*([0-9]+)$");

    private final Fd pidfd;

    WorkerProcess(Fd pidfd) {
        this.pidfd = pidfd;
    }

    void kill() {
        RawSyscalls.signal(pidfd, SIGKILL);
    }

    /**
     * Lets it run on all processors: where alone it may run, another one may run for long, and it could not even end.
     * It had its id a moment ago. Ids are given out in turn, so nobody else can have that so soon.
     */
    void runAnywhere() {
        try {
            id().ifPresent(Processors::allowAll);
        } catch (ErrnoException noDescriptorIsFree) {
            // then it ends where it is
        }
    }

    /** Whether it ends within a time. */
    boolean endsWithin(int millis) {
        return Poll.hasInput(pidfd, millis);
    }

    boolean runs() {
        try {
            OptionalInt pid = id();
            return pid.isPresent() && ThreadStat.of(pid.getAsInt()).runs();
        } catch (ErrnoException gone) {
            return false;
        }
    }

    /** What some of its descriptors refer to. Empty if it has ended: its id may be that of another process then. */
    List<FoundFile> look(List<FoundPlace> places) {
        OptionalInt pid = id();
        if (pid.isEmpty()) {
            return List.of();
        }
        List<FoundFile> found = places.stream()
                .map(place -> FoundFile.of(pid.getAsInt(), place))
                .toList();
        return endsWithin(0) ? List.of() : found;
    }

    /** Its id while it is there. */
    private OptionalInt id() {
        byte[] info = ProcFile.read("/proc/self/fdinfo/" + pidfd.number(), FDINFO_MOST);
        Matcher pid = PID.matcher(new String(info, StandardCharsets.US_ASCII));
        return pid.find() ? OptionalInt.of(Integer.parseInt(pid.group(1))) : OptionalInt.empty();
    }

    /** Gives the pidfd away. */
    Fd release() {
        return new Fd(pidfd.release());
    }

    @Override
    public void close() {
        pidfd.close();
    }
}
