package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that keep the processors busy until this is closed. */
final class Busy implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();

    private Busy(int count, String... command) throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                processes.add(new ProcessBuilder(command).start());
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Some that are never in the kernel. */
    static Busy looping(int count) throws IOException {
        return new Busy(count, "sh", "-c", "while :; do :; done");
    }

    /** Some that are mostly there. */
    static Busy inTheKernel(int count) throws IOException {
        return new Busy(count, TestPrograms.POPULATE.toString());
    }

    boolean isAtWork() {
        return processes.stream().allMatch(Process::isAlive);
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
