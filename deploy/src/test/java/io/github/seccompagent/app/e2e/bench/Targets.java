package io.github.seccompagent.app.e2e.bench;

import static io.github.seccompagent.app.e2e.bench.Commands.KEEPER;
import static io.github.seccompagent.app.e2e.bench.Commands.LINE;
import static io.github.seccompagent.app.e2e.bench.Commands.OWN;
import static io.github.seccompagent.app.e2e.bench.Commands.REFERENCE;
import static io.github.seccompagent.app.e2e.bench.Target.least;
import static io.github.seccompagent.app.e2e.bench.Target.most;

import io.github.seccompagent.app.e2e.bench.WorkContainer.Notified;
import java.util.List;
import java.util.OptionalDouble;

/** The targets of this project, and whether they are reached. */
final class Targets {
    private static final String CROWD = CrowdRound.SIZE + " listeners, ";

    private final Figures figures;

    Targets(Figures figures) {
        this.figures = figures;
    }

    private List<Target> all() {
        return List.of(
                most(1.10, "plain p50 on one processor : reference", toReference("plain on one processor p50, us")),
                least(0.9, "calls/s on 8 listeners : reference", toReference("8 listeners, calls/s")),
                most(1.3, "a thread's first mkdir p50 : reference", toReference("mkdir first p50, us")),
                most(0.4, "its later ones : reference that forks for each", toReference("mkdir later p50, us")),
                most(
                        0.5,
                        "later open p50, with the descriptor : such a reference's mkdir",
                        figures.ratio("open later p50, us", OWN, "mkdir later p50, us", REFERENCE)),
                most(2, "mount of a masked proc p50 : of an unmasked one", toReference("mount p50, us")),
                most(1.5, "tar x of 4,300 files, all calls but open : without", work(Work.TAR)),
                most(1.25, "apt install, all calls but open : without", work(Work.APT)),
                least(3000, CROWD + "attached/s", own(CROWD + "attached/s")),
                most(28, CROWD + "threads", own(CROWD + "threads")),
                most(94, CROWD + "MiB", own(CROWD + "MiB")),
                most(0.5, CROWD + "idle CPU %", own(CROWD + "idle CPU %")),
                most(
                        1.05,
                        "plain p50 of a busy container beside " + CrowdRound.SIZE + " idle listeners : alone",
                        figures.ratio(
                                CROWD + "a busy one beside idle ones, p50 us",
                                OWN,
                                CROWD + "a busy one alone, p50 us",
                                OWN)),
                most(0.5, CROWD + "ended, CPU %", own(CROWD + "ended, CPU %")),
                most(0, CROWD + "ended, more descriptors", own(CROWD + "ended, more descriptors")),
                most(0, CROWD + "ended, more threads", own(CROWD + "ended, more threads")),
                most(
                        3,
                        "plain p99 of a quiet container beside 16 busy ones : alone",
                        figures.ratio(NeighbourRound.BESIDE, OWN, NeighbourRound.ALONE, OWN)),
                most(
                        3,
                        "from start to accepting : a JVM that prints a line",
                        figures.ratio(StartRound.FIGURE, OWN, StartRound.FIGURE, LINE)),
                most(
                        0.1,
                        "the same under the keeper",
                        figures.ratio(StartRound.FIGURE, KEEPER, StartRound.FIGURE, LINE)),
                most(
                        1.1,
                        "plain p50 with the prometheus middleware : without",
                        figures.ratio("plain p50 with prometheus, us", OWN, "plain p50 without middleware, us", OWN)),
                most(
                        1.3,
                        "plain p99 while 50 handlers sleep : without",
                        figures.ratio("plain p99 while 50 sleep, us", OWN, "plain p99 before, us", OWN)));
    }

    /** One line for each target. Of a part of the benchmark, only those lines that it measured. */
    String table(boolean measuredOnly) {
        StringBuilder table = new StringBuilder();
        all().stream()
                .filter(target -> !measuredOnly || target.reached().isPresent())
                .forEach(target -> table.append(target.line()).append(System.lineSeparator()));
        return table.toString();
    }

    private OptionalDouble toReference(String what) {
        return figures.ratio(what, OWN, what, REFERENCE);
    }

    private OptionalDouble own(String what) {
        return figures.median(what, OWN);
    }

    private OptionalDouble work(String name) {
        return figures.ratio(name + ", s", Notified.ALL_BUT_OPEN.column, name + ", s", Notified.NOTHING.column);
    }
}
