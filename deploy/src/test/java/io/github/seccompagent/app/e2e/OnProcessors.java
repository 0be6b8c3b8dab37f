package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For a while, this process and what it starts run on some processors only. */
final class OnProcessors {
    private static final String SELF = Long.toString(ProcessHandle.current().pid());

    private OnProcessors() {}

    static void of(ProcessHandle other, Runnable action) {
        String before = processorsOf(ProcessHandle.current());
        keepTo(processorsOf(other));
        try {
            action.run();
        } finally {
            keepTo(before);
        }
    }

    private static void keepTo(String processors) {
        Command.run("taskset", "--all-tasks", "--cpu-list", "--pid", processors, SELF)
                .orFail();
    }

    private static String processorsOf(ProcessHandle process) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
