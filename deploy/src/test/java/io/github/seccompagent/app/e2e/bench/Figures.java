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

    /** The medians, each with its ratio to that of the base. Columns and rows without a figure are left out. */
    String table(Collection<String> columns, String base) {
        List<String> agents = columns.stream()
                .filter(agent -> all.keySet().stream()
                        .anyMatch(what -> median(what, agent).isPresent()))
                .toList();
        StringBuilder table = new StringBuilder();
        if (!agents.isEmpty()) {
            table.append(String.format("%-52s", "median"));
            agents.forEach(agent -> table.append(String.format("%20s", agent)));
            table.append(System.lineSeparator());
        }
        for (String what : all.keySet()) {
            if (agents.stream().anyMatch(agent -> median(what, agent).isPresent())) {
                table.append(String.format("%-52s", what));
                agents.forEach(agent -> table.append(String.format("%20s", cell(what, agent, base))));
                table.append(System.lineSeparator());
            }
        }
        return table.toString();
    }

    private String cell(String what, String agent, String base) {
        OptionalDouble own = median(what, agent);
        OptionalDouble of = median(what, base);
        if (own.isEmpty()) {
            return "-";
        }
        String figure = String.format(Locale.ROOT, "%.2f", own.getAsDouble());
        return of.isEmpty() || of.getAsDouble() <= 0
                ? figure + "         "
                : figure + String.format(Locale.ROOT, " x%7.2f", own.getAsDouble() / of.getAsDouble());
    }

    /** The ratio of two medians, or empty if one was not measured. */
    OptionalDouble ratio(String what, String agent, String base, String baseAgent) {
        OptionalDouble a = median(what, agent);
        OptionalDouble b = median(base, baseAgent);
        return a.isPresent() && b.isPresent() && b.getAsDouble() > 0
                ? OptionalDouble.of(a.getAsDouble() / b.getAsDouble())
                : OptionalDouble.empty();
    }

    /** All figures. */
    String json() throws IOException {
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }
}
