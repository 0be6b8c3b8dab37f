package io.github.seccompagent.app.e2e.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Measures an agent with many listeners: what they cost, and what a busy one loses by the idle ones. */
final class CrowdRound {
    static final int SIZE = 10_000;

    private static final int CALLS = 30_000;
    private static final int TURNS = 3;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MAX_NANOS_TO_START = TimeUnit.SECONDS.toNanos(60);

    private final Load load;
    private final Figures figures;

    CrowdRound(Load load, Figures figures) {
        this.load = load;
        this.figures = figures;
    }

    void measure() throws IOException {
        try (BenchedAgent agent = BenchedAgent.start(Commands.own("--resolver=demo-basic"))) {
            load.times(agent, "plain", CALLS);
            long descriptors = agent.descriptors();
            long threads = agent.status("Threads");
            measureBusy("alone", agent);
            try (BenchedCrowd processes = BenchedCrowd.start(load.programs(), agent, SIZE)) {
                put("attached/s", SIZE / (processes.attach() / 1e9));
                put("idle CPU %", agent.busyPercent(IDLE_NANOS));
                put("threads", agent.status("Threads"));
                put("MiB", agent.status("VmRSS") / 1024.0);
                measureBusy("beside idle ones", agent);
            }
            awaitStart(agent, descriptors, threads);
            put("ended, CPU %", agent.busyPercent(IDLE_NANOS));
            put("ended, more descriptors", agent.descriptors() - descriptors);
            put("ended, more threads", agent.status("Threads") - threads);
        }
    }

    private void measureBusy(String how, BenchedAgent agent) throws IOException {
        for (int i = 0; i < TURNS; i++) {
            put(
                    "a busy one " + how + ", p50 us",
                    load.times(agent, "plain", CALLS).p50());
        }
    }

    private void put(String what, double figure) {
        figures.put(SIZE + " listeners, " + what, Commands.OWN, figure);
    }

    private static void awaitStart(BenchedAgent agent, long descriptors, long threads) {
        long end = System.nanoTime() + MAX_NANOS_TO_START;
        while ((agent.descriptors() > descriptors || agent.status("Threads") > threads) && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }
}
