package io.github.seccompagent.app.e2e.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A figure that must not be above, or must not be below, a limit.
 *
 * @param reached empty if it was not measured
 */
record Target(String what, OptionalDouble reached, boolean isMost, double limit) {
    static Target most(double limit, String what, OptionalDouble reached) {
        return new Target(what, reached, true, limit);
    }

    static Target least(double limit, String what, OptionalDouble reached) {
        return new Target(what, reached, false, limit);
    }

    private String verdict() {
        if (reached.isEmpty()) {
            return "not measured";
        }
        double figure = reached.getAsDouble();
        if (isMost ? figure <= limit : figure >= limit) {
            return "met";
        }
        return limit == 0
                ? "MISSED"
                : String.format(Locale.ROOT, "MISSED by %.0f %%", 100 * Math.abs(figure - limit) / limit);
    }

    /** Says whether it is met, and if not, by how much of the limit it is missed. */
    String line() {
        String figure = reached.isPresent() ? String.format(Locale.ROOT, "%.2f", reached.getAsDouble()) : "-";
        return String.format(Locale.ROOT, "%-76s%s%8.2f%10s  %s", what, isMost ? "<=" : ">=", limit, figure, verdict());
    }
}
