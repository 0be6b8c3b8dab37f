package io.github.seccompagent.app.e2e.bench;

import java.io.IOException;

/** Measures plain calls beside handlers that sleep, and with a middleware. */
final class HandlerRound {
    private static final int CALLS = 30_000;
    private static final int SLEEPERS = 50;
    private static final int TURNS = 3;

    private final Load load;
    private final Figures figures;

    HandlerRound(Load load, Figures figures) {
        this.load = load;
        this.figures = figures;
    }

    void measure() throws IOException {
        try (BenchedAgent agent = BenchedAgent.start(Commands.javaAsInDistribution("e2e.bench.BenchedHandlers"))) {
            put("plain p99 before, us", load.warmTimes(agent, "plain", CALLS).p99());
            try (BenchedCrowd processes = BenchedCrowd.start(load.programs(), agent, SLEEPERS)) {
                processes.attach();
                processes.sleep();
                put(
                        "plain p99 while " + SLEEPERS + " sleep, us",
                        load.times(agent, "plain", CALLS).p99());
            }
        }
        measureMiddleware();
    }

    /** Measures in turns: what the other processor does meanwhile makes more difference than the middleware. */
    private void measureMiddleware() throws IOException {
        try (BenchedAgent without = BenchedAgent.start(Commands.javaAsInDistribution("e2e.bench.BenchedHandlers"));
                BenchedAgent with = BenchedAgent.start(Commands.javaAsInDistribution("BenchedMiddleware"))) {
            load.times(without, "plain", CALLS);
            load.times(with, "plain", CALLS);
            for (int i = 0; i < TURNS; i++) {
                put(
                        "plain p50 without middleware, us",
                        load.times(without, "plain", CALLS).p50());
                put(
                        "plain p50 with prometheus, us",
                        load.times(with, "plain", CALLS).p50());
            }
        }
    }

    private void put(String what, double figure) {
        figures.put(what, Commands.OWN, figure);
    }
}
