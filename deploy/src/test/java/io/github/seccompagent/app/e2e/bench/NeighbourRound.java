package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.bench.Neighbours.Attack;
import java.io.IOException;
import java.nio.file.Path;

/** Measures a quiet container alone and beside 16 busy ones. */
final class NeighbourRound {
    static final Attack BUSY = new Attack("16 busy containers", "plain", 16, 1, 3);
    static final String ALONE = "quiet container alone, p99 us";
    static final String BESIDE = "quiet container beside 16 busy ones, p99 us";

    private final Neighbours neighbours;
    private final Figures figures;

    NeighbourRound(Path programs, Figures figures) {
        neighbours = new Neighbours(programs);
        this.figures = figures;
    }

    void measure() throws IOException {
        neighbours.measure(Neighbours.own(), BUSY, (alone, beside) -> {
            figures.put(ALONE, Commands.OWN, alone.p99() / 1e3);
            figures.put(BESIDE, Commands.OWN, beside.p99() / 1e3);
        });
    }
}
