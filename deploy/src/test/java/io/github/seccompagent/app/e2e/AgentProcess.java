package io.github.seccompagent.app.e2e;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The program of the distribution, as a process. */
final class AgentProcess implements AutoCloseable {
    private static final int SECONDS = 30;

    private final TempFolder folder = TempFolder.create();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Path socket;
    private final Process process;
    private final Thread reader;

    private AgentProcess(UnaryOperator<List<String>> command, @Nullable Path givenSocket, List<String> options) {
        Cleanup.atExit(this);
        socket = givenSocket == null ? folder.resolve("agent.socket") : givenSocket;
        try {
            List<String> words = Command.concat(List.of("--socketfile=" + socket, "--log=debug"), options);
            process = new ProcessBuilder(command.apply(words))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader = new Thread(this::read, "agent log");
        reader.setDaemon(true);
        reader.start();
    }

    /** The program itself. */
    static String program() {
        String distribution = System.getProperty("seccompagent.dist");
        if (distribution == null) {
            throw new AssertionError("the system property seccompagent.dist does not say where the distribution is");
        }
        return new File(distribution, "bin/seccomp-agent").getPath();
    }

    /** Starts an agent with a socket of its own, and waits until it listens. */
    static AgentProcess start(String resolver, String... options) {
        return startBy(AgentProcess::ofDistribution, null, resolver, options);
    }

    /** Starts an agent with a given socket, and waits until it listens. */
    static AgentProcess startAt(Path socket, String resolver, String... options) {
        return startBy(AgentProcess::ofDistribution, socket, resolver, options);
    }

    private static List<String> ofDistribution(List<String> options) {
        return Command.concat(List.of(program()), options);
    }

    /** Starts another agent than the distribution's by what {@code command} makes of its options, and waits likewise. */
    static AgentProcess startBy(
            UnaryOperator<List<String>> command, @Nullable Path socket, String resolver, String... options) {
        AgentProcess agent =
                new AgentProcess(command, socket, Command.concat(List.of("--resolver=" + resolver), List.of(options)));
        try {
            agent.awaitLog("listening on " + agent.socket());
            return agent;
        } catch (RuntimeException | AssertionError e) {
            agent.close();
            throw e;
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(log::add);
        } catch (UncheckedIOException | IOException e) {
            log.add("[" + e.getMessage() + "]");
        }
    }

    Path socket() {
        return socket;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it wrote, to standard output and to its log. */
    List<String> log() {
        return log;
    }

    /** Waits for a line that contains all of {@code parts}. */
    void awaitLog(String... parts) {
        try {
            Await.until("a line of the agent with " + List.of(parts)).until(() -> logged(parts) || !isAlive());
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + "; it wrote: " + String.join("\n", log), e);
        }
        if (!isAlive()) {
            awaitEnd(); // so that all of its log is here
        }
        if (!logged(parts)) {
            throw new AssertionError("the agent is gone, and wrote: " + String.join("\n", log));
        }
    }

    private boolean logged(String... parts) {
        return log.stream().anyMatch(line -> Stream.of(parts).allMatch(line::contains));
    }

    long countLogged(String part) {
        return log.stream().filter(line -> line.contains(part)).count();
    }

    /** How many descriptors it has open. */
    int fdCount() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return (int) fds.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many threads it has whose names begin so. */
    long threads(String prefix) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid() + "/task"))) {
            return tasks.filter(task -> nameOf(task).startsWith(prefix)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException gone) {
            return "";
        }
    }

    /** How much processor time it and its helper have used, in clock ticks of 10 ms. */
    long cpuTicks() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .mapToLong(each -> cpuTicks(each.pid()))
                .sum();
    }

    private long cpuTicks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (IOException e) {
            if (pid == pid()) {
                throw new UncheckedIOException(e);
            }
            return 0; // a worker that has ended since it was listed
        }
    }

    /** seccomp-helper, the agent's only child. */
    ProcessHandle helper() {
        return process.children().findFirst().orElseThrow(() -> new AssertionError("the agent has no helper"));
    }

    /** seccomp-helper and its workers. */
    List<ProcessHandle> helperAndWorkers() {
        return process.descendants().toList();
    }

    /** The processes that accept for it. They are nobody's children; their descriptor 4 is a socket of the agent. */
    List<ProcessHandle> acceptors() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            Set<String> sockets = fds.map(AgentProcess::target)
                    .filter(name -> name.startsWith("socket:"))
                    .collect(Collectors.toSet());
            return ProcessHandle.allProcesses()
                    .filter(each ->
                            target(Path.of("/proc/" + each.pid() + "/exe")).contains("seccomp-helper"))
                    .filter(each -> sockets.contains(target(Path.of("/proc/" + each.pid() + "/fd/4"))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    /** Asks it to end. */
    void terminate() {
        process.toHandle().destroy(); // unlike Process.destroy() that lets its last words be read
    }

    /** Waits for its end, and returns its exit status. */
    int awaitEnd() {
        try {
            if (process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                reader.join(TimeUnit.SECONDS.toMillis(SECONDS));
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("the agent does not end; it wrote: " + String.join("\n", log));
    }

    /** Kills it, whatever it does. */
    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
        try {
            folder.close();
        } finally {
            Cleanup.done(this);
        }
    }

    @Override
    public String toString() {
        return "agent " + process.pid();
    }
}
