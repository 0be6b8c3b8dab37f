package io.github.seccompagent.app.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures agents one after the other, several rounds, in a container of runc: the reference in C, this project's agent, and
 * others whose command is given. Each must do what the resolver demo-basic does. Started by deploy/bench.
 */
final class Benchmark {
    private static final String REFERENCE = "reference";

    /** What is called how often. */
    private static final Map<String, Integer> CALLS =
            new TreeMap<>(Map.of("plain", 30_000, "mkdir", 2_000, "mount", 300));

    private final Map<String, String> agents = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> measured = new LinkedHashMap<>(); // by what, by agent
    private final Path load;

    private Benchmark(Path reference, Path load, List<String> peers) {
        this.load = load;
        agents.put(REFERENCE, reference + " {socket}");
        agents.put("seccomp-agent", AgentProcess.program() + " --resolver=demo-basic --log=warn --socketfile={socket}");
        for (int i = 0; i < peers.size(); i++) {
            agents.put("peer" + (peers.size() == 1 ? "" : i + 1), peers.get(i));
        }
    }

    /** Arguments: rounds, the reference, the load, the file for the figures, and commands of other agents. */
    public static void main(String... args) throws IOException {
        List<String> peers = Arrays.asList(args).subList(4, args.length);
        Benchmark benchmark = new Benchmark(Path.of(args[1]), Path.of(args[2]), peers);
        int rounds = Integer.parseInt(args[0]);
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            benchmark.round();
        }
        System.out.print(benchmark.table());
        Files.writeString(Path.of(args[3]), benchmark.json());
    }

    private void round() throws IOException {
        for (Map.Entry<String, String> each : agents.entrySet()) {
            try (BenchedAgent agent = BenchedAgent.start(each.getValue())) {
                put("ready, ms", each.getKey(), agent.readyAfterNanos() / 1e6);
                for (Map.Entry<String, Integer> call : CALLS.entrySet()) {
                    measure(each.getKey(), agent, call.getKey(), call.getValue());
                }
                put("threads", each.getKey(), agent.status("Threads"));
                put("memory, MiB", each.getKey(), agent.status("VmRSS") / 1024.0);
            }
        }
    }

    private void measure(String name, BenchedAgent agent, String call, int count) throws IOException {
        OciBundle bundle =
                OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat", "chmod", "fchmodat", "mount");
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Files.copy(load, container.rootfs().resolve("load"), StandardCopyOption.COPY_ATTRIBUTES);
            String[] numbers = container
                    .exec("/load", call, Integer.toString(count), "/home")
                    .orFail()
                    .split(" ");
            put(call + " p50, us", name, Long.parseLong(numbers[0]) / 1e3);
            put(call + " p99, us", name, Long.parseLong(numbers[1]) / 1e3);
            put(call + " rate, 1/s", name, count / (Long.parseLong(numbers[2]) / 1e9));
        }
    }

    private void put(String what, String agent, double number) {
        measured.computeIfAbsent(what, key -> new LinkedHashMap<>())
                .computeIfAbsent(agent, key -> new ArrayList<>())
                .add(number);
    }

    private static double median(List<Double> numbers) {
        return numbers.stream().sorted().toList().get(numbers.size() / 2);
    }

    private double medianOf(String what, String agent) {
        return median(measured.get(what).get(agent));
    }

    private String table() {
        StringBuilder table = new StringBuilder(String.format("%-18s", "median"));
        agents.keySet().forEach(agent -> table.append(String.format("%24s", agent)));
        for (String what : measured.keySet()) {
            table.append(String.format("%n%-18s", what));
            double reference = medianOf(what, REFERENCE);
            for (String agent : agents.keySet()) {
                double own = medianOf(what, agent);
                table.append(String.format(Locale.ROOT, "%14.1f (x%6.2f)", own, own / reference));
            }
        }
        return table.append(System.lineSeparator()).toString();
    }

    private String json() throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        for (String what : measured.keySet()) {
            Map<String, Object> byAgent = new LinkedHashMap<>();
            for (String agent : agents.keySet()) {
                byAgent.put(
                        agent,
                        Map.of(
                                "median", medianOf(what, agent),
                                "toReference", medianOf(what, agent) / medianOf(what, REFERENCE),
                                "all", measured.get(what).get(agent)));
            }
            all.put(what, byAgent);
        }
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }
}
