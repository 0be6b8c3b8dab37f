package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures agents one after the other, in several rounds: the reference in C, this project's agent, and others whose
 * command is given. Each must do what the resolver demo-basic does. deploy/bench starts this.
 */
final class Benchmark {
    /** The name of the JVM that prints one line. */
    static final String LINE = "JVM, one line";

    private static final String REFERENCE = "reference";
    private static final String OWN = "seccomp-agent";

    /** How often each thing is called. */
    private static final Map<String, Integer> CALLS =
            new TreeMap<>(Map.of("plain", 30_000, "mkdir", 2_000, "mount", 300));

    private static final int[] CROWDS = {1, 100, 1000};
    private static final int AT_ONCE = 8;
    private static final int CALLS_AT_ONCE = 10_000;
    private static final int SLEEPERS = 50;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MAX_NANOS_TO_START = TimeUnit.SECONDS.toNanos(40);

    private final Map<String, String> agents = new LinkedHashMap<>();
    private final Figures figures = new Figures();
    private final Path load;
    private final Path crowd;

    private Benchmark(Path programs, List<String> peers) {
        load = programs.resolve("load");
        crowd = programs.resolve("crowd");
        agents.put(REFERENCE, programs.resolve("reference") + " {socket}");
        agents.put(OWN, AgentProcess.program() + " --resolver=demo-basic --log=warn --socketfile={socket}");
        for (int i = 0; i < peers.size(); i++) {
            agents.put("peer" + (peers.size() == 1 ? "" : i + 1), peers.get(i));
        }
    }

    /** Arguments: rounds, the folder of the C programs, the file for the figures, and commands of other agents. */
    public static void main(String... args) throws IOException {
        List<String> peers = Arrays.asList(args).subList(3, args.length);
        Benchmark benchmark = new Benchmark(Path.of(args[1]), peers);
        int rounds = Integer.parseInt(args[0]);
        try {
            for (int round = 1; round <= rounds; round++) {
                System.err.println("round " + round + " of " + rounds);
                benchmark.round();
            }
        } catch (AssertionError e) {
            System.err.println("deploy/bench: " + e.getMessage());
            System.exit(1);
        }
        System.out.println(benchmark.figures.table(benchmark.agents.keySet(), REFERENCE));
        System.out.print(new Targets(benchmark.figures, OWN, REFERENCE).table());
        Files.writeString(Path.of(args[2]), benchmark.figures.json());
    }

    private void round() throws IOException {
        figures.put("listening after, ms", LINE, nanosToFirstLine(java("e2e.bench.BenchedLine")) / 1e6);
        for (Map.Entry<String, String> each : agents.entrySet()) {
            String name = each.getKey();
            try (BenchedAgent agent = BenchedAgent.start(each.getValue())) {
                figures.put("listening after, ms", name, agent.readyAfterNanos() / 1e6);
                for (Map.Entry<String, Integer> call : CALLS.entrySet()) {
                    measureCall(name, agent, call.getKey(), call.getValue());
                }
                measureAtOnce(name, agent);
            }
            try (BenchedAgent agent = BenchedAgent.start(each.getValue())) {
                measureCrowds(name, agent);
            }
        }
        try (BenchedAgent agent = BenchedAgent.start(javaAsInDistribution("e2e.bench.BenchedHandlers") + " {socket}")) {
            measureBesideSleepers(agent);
        }
        measureMiddleware();
    }

    private static long nanosToFirstLine(String command) throws IOException {
        long before = System.nanoTime();
        Process process = new ProcessBuilder("sh", "-c", "exec " + command).start();
        try (BufferedReader output = process.inputReader()) {
            output.readLine();
            return System.nanoTime() - before;
        }
    }

    /** The command that runs a class of these tests. */
    private static String java(String className, String... options) {
        return String.join(" ", System.getProperty("java.home") + "/bin/java", String.join(" ", options))
                + " -cp " + System.getProperty("java.class.path") + " "
                + "io.github.seccompagent.app." + className;
    }

    /** Uses those options of the distribution that matter here. */
    private static String javaAsInDistribution(String className) {
        String libraries = System.getProperty("seccompagent.dist") + "/lib/"
                + System.getProperty("os.arch").replace("amd64", "x86_64");
        return java(
                className,
                "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m",
                "-Dslf4j.provider=io.github.seccompagent.app.LogBackend",
                "-Dorg.newsclub.net.unix.library.override=" + libraries + "/libjunixsocket-native.so");
    }

    private void measureCall(String name, BenchedAgent agent, String call, int count) throws IOException {
        load(agent, call, count); // a JVM compiles what it does often, so warm up
        long[] nanos = load(agent, call, count);
        figures.put(call + " p50, us", name, nanos[0] / 1e3);
        figures.put(call + " p99, us", name, nanos[1] / 1e3);
        figures.put(call + " rate, 1/s", name, count / (nanos[2] / 1e9));
    }

    /** Makes calls in a container of runc. Returns p50, p99 and the sum. */
    private long[] load(BenchedAgent agent, String call, int count) throws IOException {
        OciBundle bundle =
                OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat", "chmod", "fchmodat", "mount");
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Files.copy(load, container.rootfs().resolve("load"), StandardCopyOption.COPY_ATTRIBUTES);
            for (int i = 0; call.equals("mount") && i < 2 * count; i++) {
                Files.createDirectory(container.rootfs().resolve("home/" + i));
            }
            String numbers = container
                    .exec("/load", call, Integer.toString(count), "/home")
                    .orFail();
            return Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
        }
    }

    private void measureAtOnce(String name, BenchedAgent agent) throws IOException {
        try (BenchedCrowd processes = BenchedCrowd.start(crowd, agent, AT_ONCE)) {
            processes.attach();
            processes.calls(CALLS_AT_ONCE / 10);
            long nanos = processes.calls(CALLS_AT_ONCE);
            figures.put(AT_ONCE + " listeners, calls/s", name, AT_ONCE * CALLS_AT_ONCE / (nanos / 1e9));
        }
    }

    private void measureCrowds(String name, BenchedAgent agent) throws IOException {
        long descriptors = agent.descriptors();
        long threads = agent.status("Threads");
        for (int size : CROWDS) {
            measureCrowd(name, agent, size);
        }
        String ended = CROWDS[CROWDS.length - 1] + " ended, ";
        figures.put(ended + "CPU %", name, agent.busyPercent(IDLE_NANOS));
        awaitStart(agent, descriptors, threads);
        figures.put(ended + "more descriptors", name, agent.descriptors() - descriptors);
        figures.put(ended + "more threads", name, agent.status("Threads") - threads);
    }

    private void measureCrowd(String name, BenchedAgent agent, int size) throws IOException {
        String what = size + " listeners, ";
        try (BenchedCrowd processes = BenchedCrowd.start(crowd, agent, size)) {
            figures.put(what + "served after ms", name, processes.attach() / 1e6);
            figures.put(what + "idle CPU %", name, agent.busyPercent(IDLE_NANOS));
            figures.put(what + "threads", name, agent.status("Threads"));
            figures.put(what + "MiB", name, agent.status("VmRSS") / 1024.0);
        }
    }

    private static void awaitStart(BenchedAgent agent, long descriptors, long threads) {
        long end = System.nanoTime() + MAX_NANOS_TO_START;
        while ((agent.descriptors() > descriptors || agent.status("Threads") > threads) && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private void measureBesideSleepers(BenchedAgent agent) throws IOException {
        int count = CALLS.get("plain");
        load(agent, "plain", count);
        figures.put("plain p99 before, us", OWN, load(agent, "plain", count)[1] / 1e3);
        try (BenchedCrowd processes = BenchedCrowd.start(crowd, agent, SLEEPERS)) {
            processes.attach();
            processes.sleep();
            figures.put("plain p99 while " + SLEEPERS + " sleep, us", OWN, load(agent, "plain", count)[1] / 1e3);
        }
    }

    /** Measures in turns: what the other processor does meanwhile makes more difference than the middleware. */
    private void measureMiddleware() throws IOException {
        int count = CALLS.get("plain");
        try (BenchedAgent without =
                        BenchedAgent.start(javaAsInDistribution("e2e.bench.BenchedHandlers") + " {socket}");
                BenchedAgent with = BenchedAgent.start(javaAsInDistribution("BenchedMiddleware") + " {socket}")) {
            load(without, "plain", count);
            load(with, "plain", count);
            for (int i = 0; i < 3; i++) {
                figures.put("plain p50 without middleware, us", OWN, load(without, "plain", count)[0] / 1e3);
                figures.put("plain p50 with prometheus, us", OWN, load(with, "plain", count)[0] / 1e3);
            }
        }
    }
}
