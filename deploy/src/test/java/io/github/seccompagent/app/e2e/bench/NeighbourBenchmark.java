package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.bench.Neighbours.Attack;
import io.github.seccompagent.app.e2e.bench.Neighbours.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Measures how long a quiet container waits for plain answers, alone and beside others that attack it. deploy/bench
 * --neighbour starts this.
 */
final class NeighbourBenchmark {
    private static final String ALONE = "alone";
    private static final int LISTENERS = 32;

    private static final double NO_LIMIT = Double.POSITIVE_INFINITY; // the kernel decides this one

    private static final List<Attack> ATTACKS = List.of(
            new Attack("no call, 1 that forks", "forks", 1, 1, NO_LIMIT),
            new Attack("no call, 8 that fork", "forks", 8, 1, NO_LIMIT),
            new Attack("no call, 8 that are killed", "kills", 1, 8, NO_LIMIT),
            NeighbourRound.BUSY,
            new Attack("1 plain flood of 16", "plain", 1, 16, 3),
            new Attack("1 mkdir flood", "mkdir", 1, 1, 3),
            new Attack("1 mkdir flood of 16", "mkdir", 1, 16, 3),
            new Attack("8 mkdir floods", "mkdir", 8, 1, 5),
            new Attack("8 mkdir floods of 8", "mkdir", 8, 8, 5),
            new Attack("callers with 65536 groups", "groups", 1, 16, 3),
            new Attack("mounts at their limit", "mounts", 1, 4, 3),
            new Attack("callers that are killed", "killed", 1, 8, 3),
            new Attack(LISTENERS + " listeners of a user", "calls", 0, LISTENERS, 10),
            new Attack(LISTENERS + " listeners of a user, mkdir", "mkdirs", 0, LISTENERS, 10));

    private final Map<String, String> agents = new LinkedHashMap<>();
    private final Figures figures = new Figures();
    private final Neighbours neighbours;

    private NeighbourBenchmark(Path programs, List<String> peers) {
        neighbours = new Neighbours(programs);
        for (int i = 0; i < peers.size(); i++) {
            agents.put("peer" + (peers.size() == 1 ? "" : i + 1), peers.get(i));
        }
        agents.put(Commands.OWN, Neighbours.own());
    }

    /** Arguments: rounds, the folder of the C programs, the file for the figures, and commands of other agents. */
    public static void main(String... args) throws IOException {
        NeighbourBenchmark benchmark =
                new NeighbourBenchmark(Path.of(args[1]), Arrays.asList(args).subList(3, args.length));
        int rounds = Integer.parseInt(args[0]);
        for (int round = 1; round <= rounds; round++) {
            for (Map.Entry<String, String> agent : benchmark.agents.entrySet()) {
                System.err.println("round " + round + " of " + rounds + ": " + agent.getKey());
                benchmark.measure(agent.getKey(), agent.getValue());
            }
        }
        System.out.println(benchmark.table());
        Files.writeString(Path.of(args[2]), benchmark.figures.json());
    }

    /** All of them, or those that the property "neighbour" names. */
    private static List<Attack> attacks() {
        String wanted = System.getProperty("neighbour", "");
        return ATTACKS.stream().filter(attack -> attack.name().contains(wanted)).toList();
    }

    private void measure(String name, String command) throws IOException {
        for (Attack attack : attacks()) {
            neighbours.measure(command, attack, (alone, beside) -> {
                put(name, ALONE, alone);
                put(name, attack.name(), beside);
            });
        }
    }

    private void put(String agent, String what, Waits waits) {
        figures.put(what + ", p50 us", agent, waits.p50() / 1e3);
        figures.put(what + ", p99 us", agent, waits.p99() / 1e3);
        figures.put(what + ", max us", agent, waits.max() / 1e3);
    }

    /** The medians, with their ratio to the same agent alone. */
    private String table() {
        StringBuilder table = new StringBuilder(String.format("%-34s", "plain call of a quiet container, us"));
        agents.keySet().forEach(agent -> table.append(String.format("%36s", agent)));
        table.append(String.format("%n%-34s", ""));
        agents.keySet().forEach(agent -> table.append(String.format("%9s%9s%10s%8s", "p50", "p99", "max", "x p99")));
        row(table, ALONE);
        for (Attack attack : attacks()) {
            row(table, attack.name());
            double ratio = ratio(Commands.OWN, attack.name());
            if (attack.limit() != NO_LIMIT) {
                table.append(String.format(
                        Locale.ROOT, "   <=%3.0f %s", attack.limit(), ratio <= attack.limit() ? "met" : "MISSED"));
            }
        }
        return table.append(System.lineSeparator()).toString();
    }

    private void row(StringBuilder table, String what) {
        table.append(String.format("%n%-34s", what));
        for (String agent : agents.keySet()) {
            table.append(String.format(
                    Locale.ROOT,
                    "%9.1f%9.1f%10.1f%8.1f",
                    figure(agent, what, "p50"),
                    figure(agent, what, "p99"),
                    figure(agent, what, "max"),
                    ratio(agent, what)));
        }
    }

    private double ratio(String agent, String what) {
        return figure(agent, what, "p99") / figure(agent, ALONE, "p99");
    }

    private double figure(String agent, String what, String which) {
        OptionalDouble median = figures.median(what + ", " + which + " us", agent);
        return median.orElse(Double.NaN);
    }
}
