package io.github.seccompagent.app.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An agent that is measured, as a process; it must say "listening" when it is ready. */
final class BenchedAgent implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("\\blistening\\b", Pattern.CASE_INSENSITIVE);

    private final TempFolder folder = TempFolder.create();
    private final Process process;
    private final long readyAfterNanos;

    private BenchedAgent(String command) {
        Cleanup.atExit(this);
        String line = "exec " + command.replace("{socket}", socket().toString());
        long before = System.nanoTime();
        try {
            process = new ProcessBuilder("sh", "-c", line)
                    .redirectErrorStream(true)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            awaitListening(output);
            readyAfterNanos = System.nanoTime() - before;
            Thread rest = new Thread(() -> readAll(output), "output of an agent");
            rest.setDaemon(true);
            rest.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one; {socket} in its command stands for its socket. */
    static BenchedAgent start(String command) {
        return new BenchedAgent(command);
    }

    private static void awaitListening(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (READY.matcher(line).find()) {
                return;
            }
        }
        throw new AssertionError("the agent ended without saying that it is listening");
    }

    private static void readAll(BufferedReader output) {
        try {
            output.transferTo(Writer.nullWriter());
        } catch (IOException closed) {
            // the agent is at its end
        }
    }

    Path socket() {
        return folder.resolve("agent.socket");
    }

    long readyAfterNanos() {
        return readyAfterNanos;
    }

    private List<Long> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** A number of /proc/PID/status, as Threads or VmRSS, of itself and its helpers. */
    long status(String field) {
        return pids().stream().mapToLong(pid -> status(pid, field)).sum();
    }

    /** How many descriptors it has open. */
    long descriptors() {
        return list("/proc/" + process.pid() + "/fd").size();
    }

    /** How much of one CPU it and its helpers use, for a while. */
    double busyPercent(long nanos) {
        Map<String, Long> before = cpuNanos();
        long begin = System.nanoTime();
        LockSupport.parkNanos(nanos);
        Map<String, Long> after = cpuNanos();
        long used = after.entrySet().stream()
                .mapToLong(each -> each.getValue() - before.getOrDefault(each.getKey(), 0L))
                .sum();
        return 100.0 * used / (System.nanoTime() - begin);
    }

    /** By thread. Those of /proc/PID/stat are ticks of 10 ms. */
    private Map<String, Long> cpuNanos() {
        Map<String, Long> nanos = new HashMap<>();
        for (long pid : pids()) {
            for (String task : list("/proc/" + pid + "/task")) {
                try {
                    String stat = Files.readString(Path.of("/proc/" + pid + "/task/" + task + "/schedstat"));
                    nanos.put(task, Long.parseLong(stat.split(" ")[0]));
                } catch (IOException | UncheckedIOException ended) {
                    // then it uses nothing
                }
            }
        }
        return nanos;
    }

    private static List<String> list(String folder) {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException | UncheckedIOException ended) {
            return List.of();
        }
    }

    private static long status(long pid, String field) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        } catch (IOException | UncheckedIOException gone) {
            return 0;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> helpers = process.descendants().toList();
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        helpers.forEach(ProcessHandle::destroyForcibly);
        folder.close();
        Cleanup.done(this);
    }
}
