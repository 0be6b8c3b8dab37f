package io.github.seccompagent.app.inspect;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.process.SeccompStatus;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The threads of a process. Each has filters of its own, though nearly always they are the same. */
final class OtherThreads {
    private static final int MOST = 1000;
    private static final int MOST_NAMED = 5;

    private OtherThreads() {}

    /** All threads, the first one first, or {@value #MOST} of them; none if the process is gone. */
    static List<Integer> of(int pid) {
        List<Integer> threads = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path each : tasks) {
                threads.add(Integer.valueOf(each.getFileName().toString()));
                if (threads.size() == MOST) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return threads;
        }
        return threads;
    }

    /** A sentence about threads that do not have as many filters as a process's first one; empty if all have. */
    static Optional<String> note(int pid, SeccompStatus first) {
        List<Integer> different =
                of(pid).stream().filter(thread -> !hasSame(thread, first)).toList();
        String named = different.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining(", "));
        return different.isEmpty()
                ? Optional.empty()
                : Optional.of("other threads of the process have another number of filters, which can be inspected by"
                        + " their ids: " + named + (different.size() > MOST_NAMED ? " and others" : ""));
    }

    /** Whether a thread has as many filters; true if it is gone. */
    static boolean hasSame(int thread, SeccompStatus first) {
        try {
            SeccompStatus status = SeccompStatus.of(thread);
            return status.mode() == first.mode() && status.filters() == first.filters();
        } catch (ErrnoException gone) {
            return true;
        }
    }
}
