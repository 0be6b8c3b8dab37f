package io.github.seccompagent.app.e2e.bench;

import java.io.BufferedReader;
import java.io.IOException;

/** Measures how long it takes until an agent accepts, with and without its keeper. */
final class StartRound {
    static final String FIGURE = "from start to accepting, ms";

    private static final int TURNS = 3;

    private final Figures figures;

    StartRound(Figures figures) {
        this.figures = figures;
    }

    void measure() throws IOException {
        for (int i = 0; i < TURNS; i++) {
            figures.put(FIGURE, Commands.LINE, nanosToFirstLine(Commands.java("e2e.bench.BenchedLine")) / 1e6);
            measure(Commands.OWN, Commands.own("--resolver=demo-basic"));
            measure(Commands.KEEPER, Commands.underKeeper("--resolver=demo-basic"));
        }
    }

    private void measure(String name, String command) {
        try (BenchedAgent agent = BenchedAgent.start(command)) {
            figures.put(FIGURE, name, agent.readyAfterNanos() / 1e6);
        }
    }

    private static long nanosToFirstLine(String command) throws IOException {
        long before = System.nanoTime();
        Process process = new ProcessBuilder(Commands.words(command)).start();
        try (BufferedReader output = process.inputReader()) {
            output.readLine();
            return System.nanoTime() - before;
        }
    }
}
