package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.bench.WorkContainer.Notified;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures how long real work takes in a container that the agent makes calls for, and in the same container without a
 * filter. One agent serves all rounds, as on a node. deploy/bench --work starts this.
 */
final class WorkBenchmark implements AutoCloseable {
    private final Path programs;
    private final List<Work> works;
    private final List<Notified> kinds;
    private final TempFolder inputs = TempFolder.create();
    private final BenchedAgent agent = BenchedAgent.start(Commands.own("--resolver=pass-through"));

    /** Makes the inputs, and warms the agent up. */
    WorkBenchmark(Path programs, List<Work> works, List<Notified> kinds) throws IOException {
        this.programs = programs;
        this.works = works;
        this.kinds = kinds;
        WorkInputs.make(inputs.path(), works);
        try (WorkContainer container = start(kinds.get(kinds.size() - 1))) {
            container.seconds(works.get(0));
        }
    }

    /** Arguments: rounds, the folder of the C programs, the file for the figures. */
    public static void main(String... args) throws IOException {
        Figures figures = new Figures();
        int rounds = Integer.parseInt(args[0]);
        try (WorkBenchmark benchmark = new WorkBenchmark(Path.of(args[1]), Work.ALL, List.of(Notified.values()))) {
            for (int round = 1; round <= rounds; round++) {
                System.err.println("round " + round + " of " + rounds);
                benchmark.round(figures);
            }
        }
        System.out.println("seconds, and the ratio to the same container without a filter");
        System.out.println(figures.table(
                Stream.of(Notified.values()).map(kind -> kind.column).toList(), Notified.NOTHING.column));
        System.out.print(new Targets(figures).table(true));
        Files.writeString(Path.of(args[2]), figures.json());
    }

    /** For each work, the kinds of containers take turns. */
    void round(Figures figures) throws IOException {
        Map<Notified, WorkContainer> containers = new EnumMap<>(Notified.class);
        try {
            for (Notified kind : kinds) {
                containers.put(kind, start(kind));
            }
            for (Work work : works) {
                for (Map.Entry<Notified, WorkContainer> each : containers.entrySet()) {
                    figures.put(
                            work.name() + ", s",
                            each.getKey().column,
                            each.getValue().seconds(work));
                }
            }
        } finally {
            containers.values().forEach(WorkContainer::close);
        }
    }

    private WorkContainer start(Notified kind) {
        return WorkContainer.start(kind, agent, programs, inputs.path());
    }

    @Override
    public void close() {
        agent.close();
        inputs.close();
    }
}
