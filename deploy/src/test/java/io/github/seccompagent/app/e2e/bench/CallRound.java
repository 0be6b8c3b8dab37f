package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.bench.Load.Times;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measures single calls, one agent after the other, and calls on eight listeners at once. */
final class CallRound {
    private static final int PLAIN = 30_000;
    private static final int ON_BEHALF = 2_000;
    private static final int MOUNTS = 300;
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
        Map<String, String> agents = new LinkedHashMap<>();
        agents.put(Commands.REFERENCE, Commands.reference(load.programs()));
        agents.put(Commands.OWN, Commands.own("--resolver=demo-basic"));
        agents.putAll(peers);
        for (Map.Entry<String, String> each : agents.entrySet()) {
            measure(each.getKey(), each.getValue());
        }
        try (BenchedAgent kept = BenchedAgent.start(Commands.kept(load.programs()))) {
            measureMkdir(Commands.KEPT, kept);
        }
        measureOpen();
    }

    private void measure(String name, String command) throws IOException {
        try (BenchedAgent agent = BenchedAgent.start(command)) {
            put("plain", name, load.warmTimes(agent, "plain", PLAIN));
            measureMkdir(name, agent);
            put("mount", name, load.warmTimes(agent, "mount", MOUNTS));
            measureAtOnce(name, agent);
        }
        try (BenchedAgent agent = BenchedAgent.start(Commands.onFirstProcessor(command))) {
            put("plain on one processor", name, load.warmTimes(agent, "pinned", PLAIN));
        }
    }

    private void measureMkdir(String name, BenchedAgent agent) throws IOException {
        put("mkdir later", name, load.warmTimes(agent, "mkdir", ON_BEHALF));
        put("mkdir first", name, load.warmTimes(agent, "first", ON_BEHALF / 2));
    }

    private void put(String what, String name, Times times) {
        figures.put(what + " p50, us", name, times.p50());
        figures.put(what + " p99, us", name, times.p99());
        figures.put(what + " rate, 1/s", name, times.rate());
    }

    private void measureAtOnce(String name, BenchedAgent agent) throws IOException {
        try (BenchedCrowd processes = BenchedCrowd.start(load.programs(), agent, AT_ONCE)) {
            processes.attach();
            processes.calls(CALLS_AT_ONCE / 10);
            long nanos = processes.calls(CALLS_AT_ONCE);
            figures.put(AT_ONCE + " listeners, calls/s", name, AT_ONCE * CALLS_AT_ONCE / (nanos / 1e9));
        }
    }

    /** Of new files, whose descriptors the caller gets. */
    private void measureOpen() throws IOException {
        try (BenchedAgent agent = BenchedAgent.start(Commands.own("--resolver=pass-through"))) {
            OciBundle bundle = OciBundle.notifying(agent.socket())
                    .notified("open", "openat")
                    .metadata("PASS_OPEN=true");
            load.times(bundle, "open", ON_BEHALF);
            put("open later", Commands.OWN, load.times(bundle, "open", ON_BEHALF));
        }
    }
}
