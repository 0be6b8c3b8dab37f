package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.Cleanup;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** An agent that is measured, as a process. It is ready when its socket accepts a connection. */
final class BenchedAgent implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100); // a keeper takes 4 ms
    private static final int MAX_LINES = 20;

    private final TempFolder folder = TempFolder.create();
    private final Process process;
    private final Thread reader;
    private final List<String> firstLines = new CopyOnWriteArrayList<>(); // of its output
    private final long readyAfterNanos;

    private BenchedAgent(String command, Duration deadline) {
        Cleanup.atExit(this);
        List<String> words = Commands.words(command.replace("{socket}", socket().toString()));
        long before = System.nanoTime();
        try {
            process = new ProcessBuilder(words).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader = new Thread(this::readAll, "output of an agent");
        reader.setDaemon(true);
        reader.start();
        try {
            awaitSocket(command, before + deadline.toNanos());
        } catch (AssertionError e) {
            close();
            throw e;
        }
        readyAfterNanos = System.nanoTime() - before;
    }

    /** Starts an agent. {socket} in its command stands for its socket. */
    static BenchedAgent start(String command) {
        return start(command, Duration.ofSeconds(30));
    }

    /** @throws AssertionError if the agent ends, or its socket does not accept in time. Nothing is left of it then */
    static BenchedAgent start(String command, Duration deadline) {
        return new BenchedAgent(command, deadline);
    }

    private void awaitSocket(String command, long end) {
        while (!canBeConnectedTo()) {
            if (!process.isAlive()) {
                throw new AssertionError("the agent '" + command + "' ended with status " + process.exitValue()
                        + " before anybody could connect to " + socket() + firstLines());
            }
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError(
                        "the agent '" + command + "' does not listen on " + socket() + " in time" + firstLines());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private boolean canBeConnectedTo() {
        if (!Files.exists(socket())) { // to ask this takes the agent's processor for less time
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            return channel.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What it has said so far, or in the end, for a message. */
    String firstLines() {
        try { // its last output may still be on its way
            reader.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return firstLines.isEmpty() ? "; it said nothing" : "; it said:\n" + String.join("\n", firstLines);
    }

    private void readAll() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (firstLines.size() < MAX_LINES) {
                    firstLines.add(line);
                }
            }
        } catch (IOException closed) {
            // the agent has ended
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

    /** The sum of a number in /proc/PID/status, such as Threads or VmRSS, over the agent and its helpers. */
    long status(String field) {
        return pids().stream().mapToLong(pid -> status(pid, field)).sum();
    }

    /** How many descriptors the agent has open. */
    long descriptors() {
        return list("/proc/" + process.pid() + "/fd").size();
    }

    /** How much of one CPU the agent and its helpers use during a while. */
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

    /** CPU time by thread. The ticks of 10 ms in /proc/PID/stat are too coarse. */
    private Map<String, Long> cpuNanos() {
        Map<String, Long> nanos = new HashMap<>();
        for (long pid : pids()) {
            for (String task : list("/proc/" + pid + "/task")) {
                try {
                    String stat = Files.readString(Path.of("/proc/" + pid + "/task/" + task + "/schedstat"));
                    nanos.put(task, Long.parseLong(stat.split(" ")[0]));
                } catch (IOException | UncheckedIOException ended) {
                    // the thread has ended, so it uses nothing
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
