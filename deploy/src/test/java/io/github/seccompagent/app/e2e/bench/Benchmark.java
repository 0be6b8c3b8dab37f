package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.bench.WorkContainer.Notified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Measures what the project has targets for, in several rounds: the reference in C, this project's agent, and others
 * whose command is given. Each must do what the resolver demo-basic does. deploy/bench starts this.
 */
final class Benchmark {
    private static final List<String> COLUMNS = List.of(Commands.REFERENCE, Commands.OWN);

    private static final List<Notified> KINDS = List.of(Notified.NOTHING, Notified.ALL_BUT_OPEN);
    private static final List<Work> WORKS = Work.ALL.stream()
            .filter(each -> Set.of(Work.TAR, Work.APT).contains(each.name()))
            .toList();

    private final Map<String, String> peers = new LinkedHashMap<>();
    private final Attempts attempts = new Attempts();
    private final Figures figures = new Figures();
    private final Map<String, Attempts.Measurement> parts = new LinkedHashMap<>();

    private Benchmark(Path programs, List<String> peerCommands) {
        for (int i = 0; i < peerCommands.size(); i++) {
            peers.put("peer" + (peerCommands.size() == 1 ? "" : i + 1), peerCommands.get(i));
        }
        Load load = new Load(programs);
        parts.put("start", new StartRound(figures)::measure);
        parts.put("calls", () -> new CallRound(load, figures).measure(peers));
        parts.put("handlers", new HandlerRound(load, figures)::measure);
        parts.put("crowd", new CrowdRound(load, figures)::measure);
        parts.put("neighbours", new NeighbourRound(programs, figures)::measure);
        parts.put("work", () -> {
            try (WorkBenchmark work = new WorkBenchmark(programs, WORKS, KINDS)) {
                work.round(figures);
            }
        });
    }

    /** Arguments: rounds, the folder of the C programs, the file for the figures, and commands of other agents. */
    public static void main(String... args) throws IOException {
        List<String> peers = Arrays.asList(args).subList(3, args.length);
        try {
            Benchmark benchmark = new Benchmark(Path.of(args[1]), peers);
            benchmark.measure(Integer.parseInt(args[0]));
            System.out.print(benchmark.report());
            Files.writeString(Path.of(args[2]), benchmark.figures.json());
            System.exit(benchmark.attempts.exitStatus());
        } catch (AssertionError e) {
            System.err.println("deploy/bench: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Measures all parts, or those that the property "only" names. */
    private void measure(int rounds) throws IOException {
        String only = System.getProperty("only", "");
        List<String> wanted = only.isEmpty() ? List.copyOf(parts.keySet()) : List.of(only.split(","));
        for (String name : wanted) {
            if (!parts.containsKey(name)) {
                throw new AssertionError("no part '" + name + "'; there are " + String.join(", ", parts.keySet()));
            }
        }
        for (int round = 1; round <= rounds; round++) {
            for (String name : wanted) {
                System.err.println("round " + round + " of " + rounds + ": " + name);
                attempts.make(name, Objects.requireNonNull(parts.get(name)));
            }
        }
    }

    private String report() {
        List<String> columns = new ArrayList<>(COLUMNS);
        columns.addAll(peers.keySet());
        columns.addAll(List.of(Commands.KEPT, Commands.LINE, Commands.KEEPER));
        List<String> kinds = KINDS.stream().map(kind -> kind.column).toList();
        return figures.table(columns, Commands.REFERENCE)
                + figures.table(kinds, Notified.NOTHING.column)
                + new Targets(figures).table(!System.getProperty("only", "").isEmpty());
    }
}
