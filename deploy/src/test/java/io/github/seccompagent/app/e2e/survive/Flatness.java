package io.github.seccompagent.app.e2e.survive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Whether numbers stay the same. Containers that come and go just then, and a JVM that warms up, move them a little. A
 * descriptor or a process that is lost with each container moves them by more within a minute.
 */
final class Flatness {
    private static final long FEW = 12;
    private static final double MEMORY_SHARE = 0.25;
    private static final long MEMORY_KIB = 4096;

    private final List<Sample> young = new ArrayList<>();
    private final List<Sample> old = new ArrayList<>();

    private record Change(long from, long to, long duringOneLife, long most) {
        boolean isFlat() {
            return to - from <= most && duringOneLife <= most;
        }
    }

    /** Adds what one agent held in its youth, and at its end. */
    void add(Sample youth, Sample end) {
        young.add(youth);
        old.add(end);
    }

    private Map<String, Change> changes() {
        Map<String, Change> changes = new LinkedHashMap<>();
        int third = (old.size() + 2) / 3;
        for (String name : old.get(0).values().keySet()) {
            Function<List<Sample>, Long> median = samples -> samples.stream()
                    .map(each -> each.values().get(name))
                    .sorted()
                    .skip(samples.size() / 2)
                    .findFirst()
                    .orElseThrow();
            long from = median.apply(old.subList(0, third));
            long to = median.apply(old.subList(old.size() - third, old.size()));
            changes.put(name, new Change(from, to, median.apply(old) - median.apply(young), most(name, from)));
        }
        return changes;
    }

    private static long most(String name, long from) {
        if (name.equals("zombies")) {
            return 0;
        }
        return name.endsWith("KiB") ? Math.max(MEMORY_KIB, (long) (from * MEMORY_SHARE)) : FEW;
    }

    boolean isFlat() {
        return changes().values().stream().allMatch(Change::isFlat);
    }

    String table() {
        StringBuilder table = new StringBuilder("%-16s %10s %10s %12s%n".formatted("", "first", "last", "in one life"));
        changes()
                .forEach((name, change) -> table.append("%-16s %10d %10d %+12d  %s%n"
                        .formatted(
                                name,
                                change.from,
                                change.to,
                                change.duringOneLife,
                                change.isFlat() ? "flat" : "NOT FLAT")));
        return table.toString();
    }
}
