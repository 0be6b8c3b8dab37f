package io.github.seccompagent.app.e2e.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Figures that change with a number, such as that of the listeners.
 *
 * @param file the name of its plot
 * @param title of the plot
 * @param counted what the number counts
 * @param figure what was measured, with its unit
 */
record Series(String file, String title, String counted, String figure) {
    void put(Figures figures, String line, int number, double measured) {
        figures.put(row(number), line, measured);
    }

    private String row(int number) {
        return String.format("%6d %s, %s", number, counted, figure);
    }

    /** Draws the medians. */
    Plot plot(Figures figures, List<String> lines, List<Integer> numbers) {
        Map<String, SortedMap<Double, Double>> drawn = new LinkedHashMap<>();
        for (String line : lines) {
            SortedMap<Double, Double> points = new TreeMap<>();
            for (int number : numbers) {
                OptionalDouble median = figures.median(row(number), line);
                if (median.isPresent() && median.getAsDouble() > 0) {
                    points.put((double) number, median.getAsDouble());
                }
            }
            if (!points.isEmpty()) {
                drawn.put(line, points);
            }
        }
        return new Plot(title, counted, figure, drawn);
    }
}
