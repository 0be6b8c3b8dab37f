package io.github.seccompagent.app.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** What was measured of each agent, several times. The medians are reported. */
final class Figures {
    private final Map<String, Map<String, List<Double>>> all = new LinkedHashMap<>(); // by figure, then by agent

    void put(String what, String agent, double figure) {
        all.computeIfAbsent(what, key -> new LinkedHashMap<>())
                .computeIfAbsent(agent, key -> new ArrayList<>())
                .add(figure);
    }

    /** The median, or empty if it was not measured for this agent. */
    OptionalDouble median(String what, String agent) {
        List<Double> figures = all.getOrDefault(what, Map.of()).getOrDefault(agent, List.of());
        return figures.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(figures.stream().sorted().toList().get(figures.size() / 2));
    }

    /** The medians, each with its ratio to the reference. */
    String table(Collection<String> agents, String reference) {
        StringBuilder table = new StringBuilder(String.format("%-36s", "median"));
        agents.forEach(agent -> table.append(String.format("%24s", agent)));
        for (String what : all.keySet()) {
            table.append(String.format("%n%-36s", what));
            agents.forEach(agent -> table.append(String.format("%24s", cell(what, agent, reference))));
        }
        return table.append(System.lineSeparator()).toString();
    }

    private String cell(String what, String agent, String reference) {
        OptionalDouble own = median(what, agent);
        OptionalDouble base = median(what, reference);
        if (own.isEmpty()) {
            return "-";
        }
        String figure = String.format(Locale.ROOT, "%.2f", own.getAsDouble());
        return base.isEmpty() || base.getAsDouble() <= 0
                ? figure + " (        )"
                : figure + String.format(Locale.ROOT, " (x%7.2f)", own.getAsDouble() / base.getAsDouble());
    }

    /** All figures. */
    String json() throws IOException {
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }
}
