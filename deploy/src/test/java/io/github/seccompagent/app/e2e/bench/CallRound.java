package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.bench.Load.Times;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measures single calls, and calls on eight listeners at once. For each kind of call the agents take turns. */
final class CallRound {
    private static final int TURNS = 2;
    private static final int PLAIN = 30_000;
    private static final int ON_BEHALF = 2_000;
    private static final int WARM_UPS = 3;
    private static final int MOUNTS = 300;
    private static final int MOUNT_WARM_UPS = 6;
    private static final int AT_ONCE = 8;
    private static final int CALLS_AT_ONCE = 10_000;

    private final Load load;
    private final Figures figures;

    CallRound(Load load, Figures figures) {
        this.load = load;
        this.figures = figures;
    }

    /** @param peers commands of other agents that do what demo-basic does, by name */
    void measure(Map<String, String> peers) throws IOException {
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put(Commands.REFERENCE, Commands.reference(load.programs()));
        commands.put(Commands.OWN, Commands.own("--resolver=demo-basic"));
        commands.putAll(peers);
        try (BenchedAgents agents = new BenchedAgents().with(commands)) {
            measure("plain", agents, "plain", PLAIN);
            for (int turn = 0; turn < MOUNT_WARM_UPS; turn++) { // a container has only so many
                agents.each((name, agent) -> load.times(agent, "mount", MOUNTS));
            }
            measure("mount", agents, "mount", MOUNTS);
            agents.each(this::atOnce);
            for (int turn = 0; turn < TURNS; turn++) {
                agents.each((name, agent) -> figures.put(AT_ONCE + " listeners, calls/s", name, atOnce(name, agent)));
            }
        }
        measureOnBehalf(commands);
        commands.replaceAll((name, command) -> Commands.onFirstProcessor(command));
        try (BenchedAgents agents = new BenchedAgents().with(commands)) {
            measure("plain on one processor", agents, "pinned", PLAIN);
        }
    }

    private void measureOnBehalf(Map<String, String> commands) throws IOException {
        String opens = Commands.own("--resolver=pass-through");
        try (BenchedAgents agents =
                        new BenchedAgents().with(commands).with(Commands.KEPT, Commands.kept(load.programs()));
                BenchedAgents openers = new BenchedAgents().with(Commands.OWN, opens)) {
            for (int turn = 0; turn < WARM_UPS; turn++) { // a call on behalf takes much more code than a plain answer
                agents.each((name, agent) -> load.times(agent, "mkdir", ON_BEHALF));
                openers.each((name, agent) -> open(agent));
            }
            for (int turn = 0; turn < TURNS; turn++) {
                agents.each((name, agent) -> put("mkdir later", name, load.times(agent, "mkdir", ON_BEHALF)));
                openers.each((name, agent) -> put("open later", name, open(agent)));
                agents.each((name, agent) -> put("mkdir first", name, load.times(agent, "first", ON_BEHALF / 2)));
            }
        }
    }

    /** A JVM compiles what it does often, so what comes first is not measured. */
    private void measure(String what, BenchedAgents agents, String call, int count) throws IOException {
        agents.each((name, agent) -> load.times(agent, call, count));
        for (int turn = 0; turn < TURNS; turn++) {
            agents.each((name, agent) -> put(what, name, load.times(agent, call, count)));
        }
    }

    private void put(String what, String name, Times times) {
        figures.put(what + " p50, us", name, times.p50());
        figures.put(what + " p99, us", name, times.p99());
        figures.put(what + " rate, 1/s", name, times.rate());
    }

    /** Returns calls in a second. */
    private double atOnce(String name, BenchedAgent agent) throws IOException {
        try (BenchedCrowd processes = BenchedCrowd.start(load.programs(), agent, AT_ONCE)) {
            processes.attach();
            processes.calls(CALLS_AT_ONCE / 10);
            return AT_ONCE * CALLS_AT_ONCE / (processes.calls(CALLS_AT_ONCE) / 1e9);
        }
    }

    /** Opens new files, whose descriptors the caller gets. */
    private Times open(BenchedAgent agent) throws IOException {
        OciBundle bundle =
                OciBundle.notifying(agent.socket()).notified("open", "openat").metadata("PASS_OPEN=true");
        return load.times(bundle, "open", ON_BEHALF);
    }
}
