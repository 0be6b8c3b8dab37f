package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fixture.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A keeper whose agent is {@code src/test/c/kept.c}: that does what it is told, and says so, a line each. */
final class KeptAgent implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final int QUICK_SECOND_USEC = 250_000;

    private final Process keeper;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final List<String> log = new ArrayList<>(); // guarded by itself
    private ProcessHandle agent = ProcessHandle.current();
    private int count;

    private KeptAgent(Process keeper) {
        this.keeper = keeper;
        daemon(() -> read(keeper.inputReader(), said::add));
        daemon(() -> read(new BufferedReader(new InputStreamReader(keeper.getErrorStream())), line -> {
            synchronized (log) {
                log.add(line);
            }
        }));
    }

    /** Starts a keeper, and its agent. */
    static KeptAgent start(String... options) throws Exception {
        KeptAgent agent = startKeeper(List.of(options), List.of(program().toString()));
        agent.awaitStart();
        return agent;
    }

    /** The same with a keeper whose seconds are a quarter of one, for tests that wait for it to give up. */
    static KeptAgent startQuick(String... options) throws Exception {
        KeptAgent agent = startQuickKeeper(List.of(options), List.of(program().toString()));
        agent.awaitStart();
        return agent;
    }

    /** Starts a keeper that has these limits of open files, and its agent. */
    static KeptAgent startLimited(int soft, int hard) throws Exception {
        return startFromShell("ulimit -n " + hard + " && ulimit -Sn " + soft);
    }

    /** Starts a keeper whose parent ignores a signal, and its agent. */
    static KeptAgent startIgnoring(String signal) throws Exception {
        return startFromShell("trap '' " + signal);
    }

    private static KeptAgent startFromShell(String before) throws Exception {
        KeptAgent agent = startKeeper(
                List.of("sh", "-c", before + " && exec \"$@\"", "sh", helper()),
                List.of(),
                List.of(program().toString()));
        agent.awaitStart();
        return agent;
    }

    static KeptAgent startKeeper(List<String> options, List<String> command) throws Exception {
        return startKeeper(List.of(helper()), options, command);
    }

    static KeptAgent startQuickKeeper(List<String> options, List<String> command) throws Exception {
        return startKeeper(List.of(quickHelper()), options, command);
    }

    private static KeptAgent startKeeper(List<String> helper, List<String> options, List<String> command)
            throws Exception {
        List<String> all = new ArrayList<>(helper);
        all.add("keep");
        all.addAll(options);
        all.add("--");
        all.addAll(command);
        return new KeptAgent(new ProcessBuilder(all).start());
    }

    static String helper() {
        String machine = Architecture.ofThisMachine() == Architecture.AARCH64 ? "aarch64" : "x86_64";
        return Path.of("target/classes/io/github/seccompagent/linux/helper/seccomp-helper-" + machine)
                .toAbsolutePath()
                .toString();
    }

    /** Compiled from the same sources when it is first asked for. */
    private static synchronized String quickHelper() throws Exception {
        String helper = Path.of("target/quick-helper").toAbsolutePath().toString();
        ProcessBuilder build = new ProcessBuilder("sh", "src/main/c/build.sh", helper).redirectErrorStream(true);
        build.environment()
                .merge("CFLAGS", "-O1 -DSECOND_USEC=" + QUICK_SECOND_USEC, (own, added) -> own + " " + added);
        Process builds = build.start();
        assertThat(new String(builds.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        return helper;
    }

    static Path program() throws Exception {
        return compiled("kept");
    }

    /** One of the programs of the tests, compiled when it is first asked for. */
    static synchronized Path compiled(String name) throws Exception {
        Path program = Path.of("target", name).toAbsolutePath();
        Path source = Path.of("src/test/c", name + ".c");
        if (!Files.exists(program)
                || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) < 0) {
            Process compiler = new ProcessBuilder(
                            "cc",
                            "-static",
                            "-O1",
                            "-Wall",
                            "-Wextra",
                            "-Werror",
                            "-D_GNU_SOURCE",
                            "-pthread",
                            "-o",
                            program.toString(),
                            source.toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
        }
        return program;
    }

    private static void daemon(Runnable reads) {
        Thread thread = new Thread(reads, "reads-kept-agent");
        thread.setDaemon(true);
        thread.start();
    }

    private static void read(BufferedReader reader, Consumer<String> lines) {
        try {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(line);
            }
        } catch (IOException closed) {
            // the keeper has ended
        }
    }

    /** Waits for the next agent, which says how many descriptors it was handed. */
    void awaitStart() throws InterruptedException {
        String[] words = next().split(" ");
        assertThat(words).hasSize(4).startsWith("started");
        agent = ProcessHandle.of(Long.parseLong(words[1])).orElseThrow();
        count = Integer.parseInt(words[3]);
    }

    String next() throws InterruptedException {
        String line = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return line == null ? "nothing; the log has " + log() : line;
    }

    /** Tells the agent what to do, without an answer. */
    void order(String order) throws IOException {
        keeper.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
        keeper.getOutputStream().flush();
    }

    String ask(String order) throws Exception {
        order(order);
        return next();
    }

    /** Has it send a message, in which / stands for a new line. */
    void send(String message) throws Exception {
        assertThat(ask("send 0 " + message)).isEqualTo("0");
    }

    void store(String name, String content) throws Exception {
        assertThat(ask("store " + name + " " + content)).isEqualTo("ok");
    }

    /** Kills the agent, and waits for the next one. */
    void kill() throws Exception {
        agent.destroyForcibly();
        awaitStart();
    }

    /** What this agent was handed, in any order. */
    List<String> handed() throws Exception {
        String all = ask("list");
        return all.isEmpty() ? List.of() : List.of(all.split(" "));
    }

    int count() {
        return count;
    }

    long pid() {
        return agent.pid();
    }

    /** The present agent, and no other process that gets its number later. */
    ProcessHandle agent() {
        return agent;
    }

    static boolean runs(ProcessHandle process) {
        return process.isAlive() && Processes.runs(process.pid());
    }

    long keeper() {
        return keeper.pid();
    }

    boolean runs() {
        return keeper.isAlive();
    }

    void signalKeeper(String signal) throws Exception {
        Processes.signal(keeper.pid(), signal);
    }

    int awaitEnd() throws Exception {
        assertThat(keeper.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return keeper.exitValue();
    }

    List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    void awaitLog(String line) {
        Processes.await(line, () -> log().contains(line));
    }

    /** The log is read by another thread, so it may come late. */
    void assertLog(Consumer<List<String>> check) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                check.accept(log());
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
                Thread.sleep(10);
            }
        }
    }

    /** Descriptors of the keeper, those that another process closes for it not yet counted as closed. */
    int keepersDescriptors() {
        return Processes.descriptors(keeper.pid()).size();
    }

    @Override
    public void close() {
        keeper.destroyForcibly();
        if (!agent.equals(ProcessHandle.current())) {
            agent.destroyForcibly();
        }
    }
}
