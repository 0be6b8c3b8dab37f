package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Measures more and more containers, listeners and rules, and draws plots. deploy/bench --series starts this. */
final class SeriesBenchmark {
    private static final List<Integer> BUSY = List.of(1, 2, 4, 8, 16, 32, 64);
    private static final List<Integer> MANY = List.of(1, 10, 100, 1000, 10_000);
    private static final int BUSY_CALLS = 96_000; // of all together
    private static final int CALLS = 10_000;

    private static final Series RATE =
            new Series("busy-rate", "Busy containers: all calls together", "busy containers", "calls/s");
    private static final Series P99 =
            new Series("busy-p99", "Busy containers: the wait for an answer", "busy containers", "p99 us");
    private static final Series ATTACHED =
            new Series("listeners-attached", "Listeners that come at once", "listeners", "attached/s");
    private static final Series THREADS =
            new Series("listeners-threads", "Idle listeners: threads", "listeners", "threads");
    private static final Series MEMORY =
            new Series("listeners-memory", "Idle listeners: memory", "listeners", "RSS MiB");
    private static final Series RULES =
            new Series("rules", "A policy whose last rule matches: plain answers", "rules", "p50 us");

    private static final String WITH_PATHS = "rules with paths";
    private static final String WITH_UIDS = "rules with uids";
    private static final List<String> AGENTS = List.of(Commands.REFERENCE, Commands.OWN);
    private static final List<String> RULE_KINDS = List.of(WITH_UIDS, WITH_PATHS);

    private final Attempts attempts = new Attempts();
    private final Figures figures = new Figures();
    private final Load load;
    private final Map<String, String> agents = new LinkedHashMap<>();

    private SeriesBenchmark(Path programs) {
        load = new Load(programs);
        agents.put(Commands.REFERENCE, Commands.reference(programs));
        agents.put(Commands.OWN, Commands.own("--resolver=demo-basic"));
    }

    /** Arguments: rounds, the folder of the C programs, the file for the figures. Plots go beside it. */
    public static void main(String... args) throws IOException {
        SeriesBenchmark benchmark = new SeriesBenchmark(Path.of(args[1]));
        int rounds = Integer.parseInt(args[0]);
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            benchmark.round();
        }
        System.out.println(benchmark.figures.table(AGENTS, Commands.REFERENCE));
        System.out.println(benchmark.figures.table(RULE_KINDS, WITH_UIDS));
        Path file = Path.of(args[2]);
        Files.writeString(file, benchmark.figures.json());
        for (Series each : List.of(RATE, P99)) {
            benchmark.draw(file, each.plot(benchmark.figures, AGENTS, BUSY), each.file());
        }
        for (Series each : List.of(ATTACHED, THREADS, MEMORY)) {
            benchmark.draw(file, each.plot(benchmark.figures, AGENTS, MANY), each.file());
        }
        benchmark.draw(file, RULES.plot(benchmark.figures, RULE_KINDS, MANY), RULES.file());
        System.exit(benchmark.attempts.exitStatus());
    }

    private void draw(Path figuresFile, Plot plot, String name) throws IOException {
        Path file = figuresFile.resolveSibling("bench-" + name + ".svg");
        Files.writeString(file, plot.svg());
        System.out.println(file);
    }

    private void round() throws IOException {
        for (Map.Entry<String, String> agent : agents.entrySet()) {
            String name = agent.getKey();
            attempts.make(name, () -> busy(name, agent.getValue()));
            for (int number : MANY) {
                attempts.make(name, () -> listeners(name, agent.getValue(), number));
            }
        }
        for (int number : MANY) {
            for (String kind : RULE_KINDS) {
                attempts.make(kind, () -> rules(kind, number));
            }
        }
    }

    private void busy(String name, String command) throws IOException {
        try (BenchedAgent agent = BenchedAgent.start(command)) {
            for (int number : BUSY) {
                busy(name, agent, number);
            }
        }
    }

    /** Each of the containers is one process with its own listener. */
    private void busy(String name, BenchedAgent agent, int number) throws IOException {
        int each = BUSY_CALLS / number;
        try (BenchedCrowd processes = BenchedCrowd.start(load.programs(), agent, number)) {
            processes.attach();
            processes.calls(each / 10);
            BenchedCrowd.Timed timed = processes.timed(each);
            RATE.put(figures, name, number, (double) each * number / (timed.all() / 1e9));
            P99.put(figures, name, number, timed.p99() / 1e3);
        }
    }

    private void listeners(String name, String command, int number) throws IOException {
        try (BenchedAgent agent = BenchedAgent.start(command);
                BenchedCrowd processes = BenchedCrowd.start(load.programs(), agent, number)) {
            ATTACHED.put(figures, name, number, number / (processes.attach() / 1e9));
            THREADS.put(figures, name, number, agent.status("Threads"));
            MEMORY.put(figures, name, number, agent.status("VmRSS") / 1024.0);
        }
    }

    private void rules(String kind, int number) throws IOException {
        try (TempFolder folder = TempFolder.create()) {
            Path policy = folder.resolve("policy.yaml");
            Files.writeString(policy, policy(kind, number));
            try (BenchedAgent agent = BenchedAgent.start(Commands.own("--policy=" + policy))) {
                RULES.put(
                        figures,
                        kind,
                        number,
                        load.warmTimes(agent, "plain", CALLS).p50());
            }
        }
    }

    /** All rules are for the same call. Only the last one matches, and answers as demo-basic does. */
    static String policy(String kind, int rules) {
        String others = IntStream.range(1, rules)
                .mapToObj(i -> kind.equals(WITH_PATHS) ? "paths: [/etc/n" + i + "/**]" : "uid: " + (100_000 + i))
                .map(condition -> "      - {calls: [chmod], " + condition + ", action: deny}\n")
                .collect(Collectors.joining());
        return "version: 1\ngrants:\n  all:\n    rules:\n" + others
                + "      - {calls: [chmod], action: deny, errno: EBADMSG}\naccess:\n  - default: [all]\n";
    }
}
