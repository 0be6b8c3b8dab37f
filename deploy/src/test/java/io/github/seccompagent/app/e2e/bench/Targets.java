package io.github.seccompagent.app.e2e.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The targets of this project, and whether they are reached. */
final class Targets {
    /** A figure that must not be above, or must not be below, a limit. */
    private record Target(String what, OptionalDouble reached, boolean isMost, double limit) {
        boolean isMet() {
            return reached.isPresent() && (isMost ? reached.getAsDouble() <= limit : reached.getAsDouble() >= limit);
        }

        String line() {
            String figure = reached.isPresent() ? String.format(Locale.ROOT, "%.2f", reached.getAsDouble()) : "-";
            return String.format(
                    Locale.ROOT,
                    "%-64s%s %6.2f%10s  %s",
                    what,
                    isMost ? "<=" : ">=",
                    limit,
                    figure,
                    isMet() ? "met" : "MISSED");
        }
    }

    private final Figures figures;
    private final String agent;
    private final String reference;

    Targets(Figures figures, String agent, String reference) {
        this.figures = figures;
        this.agent = agent;
        this.reference = reference;
    }

    /** One line for each target. */
    String table() {
        List<Target> targets = List.of(
                most("plain p50, us", 1.25),
                least("plain rate, 1/s", 0.8),
                new Target(
                        "plain p50 with the prometheus middleware : without",
                        ratio("plain p50 with prometheus, us", agent, "plain p50 without middleware, us", agent),
                        true,
                        1.1),
                most("mkdir p50, us", 1.5),
                most("mount p50, us", 2),
                least("8 listeners, calls/s", 0.7),
                own("1000 listeners, threads", 40),
                own("1000 listeners, MiB", 96),
                own("1000 listeners, served after ms", 2000),
                own("1000 listeners, idle CPU %", 0.5),
                own("1000 ended, CPU %", 0.5),
                own("1000 ended, more descriptors", 0),
                own("1000 ended, more threads", 0),
                new Target(
                        "plain p99 while 50 handlers sleep : without",
                        ratio("plain p99 while 50 sleep, us", agent, "plain p99 before, us", agent),
                        true,
                        1.3),
                new Target(
                        "from start to listening : a JVM that prints a line",
                        ratio("listening after, ms", agent, "listening after, ms", Benchmark.LINE),
                        true,
                        5));
        StringBuilder table = new StringBuilder();
        targets.forEach(target -> table.append(target.line()).append(System.lineSeparator()));
        return table.toString();
    }

    private Target most(String what, double limit) {
        return new Target(what + " : reference", ratio(what, agent, what, reference), true, limit);
    }

    private Target least(String what, double limit) {
        return new Target(what + " : reference", ratio(what, agent, what, reference), false, limit);
    }

    private Target own(String what, double limit) {
        return new Target(what, figures.median(what, agent), true, limit);
    }

    private OptionalDouble ratio(String what, String ofAgent, String base, String ofBase) {
        OptionalDouble a = figures.median(what, ofAgent);
        OptionalDouble b = figures.median(base, ofBase);
        return a.isPresent() && b.isPresent()
                ? OptionalDouble.of(a.getAsDouble() / b.getAsDouble())
                : OptionalDouble.empty();
    }
}
