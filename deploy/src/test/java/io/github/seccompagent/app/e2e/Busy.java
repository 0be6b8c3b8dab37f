package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that keep the processors busy until this is closed. */
final class Busy implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();

    private Busy(int count, String work) throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                processes.add(new ProcessBuilder("sh", "-c", "while :; do " + work + "; done").start());
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Some that are never in the kernel. */
    static Busy looping(int count) throws IOException {
        return new Busy(count, ":");
    }

    /** Some that are mostly there. */
    static Busy inTheKernel(int count) throws IOException {
        return new Busy(
                count, "head -c 200M /dev/zero | tail -c 100M >/dev/null; cat /proc/[0-9]*/smaps >/dev/null 2>&1");
    }

    boolean isAtWork() {
        return processes.stream().allMatch(Process::isAlive);
    }

    @Override
    public void close() {
        processes.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }
}
