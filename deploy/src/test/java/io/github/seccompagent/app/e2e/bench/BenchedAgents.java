package io.github.seccompagent.app.e2e.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Agents that are measured in turns, because a machine is never the same for long. Those that wait cost nothing. */
final class BenchedAgents implements AutoCloseable {
    /** Measures one of them. */
    @FunctionalInterface
    interface Measurement {
        void of(String name, BenchedAgent agent) throws IOException;
    }

    private final Map<String, BenchedAgent> agents = new LinkedHashMap<>();

    /** Starts one, and closes the others if that fails. */
    BenchedAgents with(String name, String command) {
        try {
            agents.put(name, BenchedAgent.start(command));
            return this;
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    BenchedAgents with(Map<String, String> commands) {
        commands.forEach(this::with);
        return this;
    }

    void each(Measurement measurement) throws IOException {
        for (Map.Entry<String, BenchedAgent> each : agents.entrySet()) {
            measurement.of(each.getKey(), each.getValue());
        }
    }

    @Override
    public void close() {
        agents.values().forEach(BenchedAgent::close);
    }
}
