package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.bench.Neighbours.Attack;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Measures a quiet container alone and beside 16 busy ones. The same beside 16 that make no notified call tells how
 * much of that is the kernel's doing, because all want the same processors.
 */
final class NeighbourRound {
    static final Attack BUSY = new Attack("16 busy containers", "plain", 16, 1, 3);
    private static final Attack SPINNING = new Attack("no call, 16 that compute", "spins", 16, 1, 3);
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
        neighbours.measure(
                Neighbours.own(),
                SPINNING,
                (alone, beside) -> figures.put(
                        "quiet container beside 16 that compute, p99 us", Commands.OWN, beside.p99() / 1e3));
    }
}
