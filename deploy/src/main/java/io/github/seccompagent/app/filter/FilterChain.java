package io.github.seccompagent.app.filter;

import io.github.seccompagent.app.filter.Change.Pair;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.filter.Instruction;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The filters of a thread. The kernel runs all of them for each call, and the most restrictive action counts. */
public final class FilterChain {
    private static final int CLASS = 0x07;
    private static final int JUMP = 0x05;

    private final List<List<Instruction>> filters;
    private final Budget budget;

    /** @param filters the newest first; the kernel must have accepted them */
    public FilterChain(List<List<Instruction>> filters) {
        this(filters, new Budget());
    }

    FilterChain(List<List<Instruction>> filters, Budget budget) {
        this.filters = List.copyOf(filters);
        this.budget = budget;
    }

    /** The filters, the newest first. */
    public List<List<Instruction>> filters() {
        return filters;
    }

    Budget budget() {
        return budget;
    }

    /** What the filters do with a call. */
    public Verdict verdict(Architecture architecture, int number) {
        return Verdict.of(
                FilterWalk.through(this, architecture.auditArch(), number).ways());
    }

    /** What other filters do differently with a call; empty if they do the same. */
    public Optional<Change> change(FilterChain other, Architecture architecture, int number) {
        if (filters.equals(other.filters)) {
            return Optional.empty();
        }
        Optional<List<Way>> ways = FilterWalk.through(this, other, architecture.auditArch(), number)
                .ways();
        Optional<List<Case<Pair>>> cases =
                ways.flatMap(all -> Case.of(all, way -> new Pair(Objects.requireNonNull(way.first()), way.action())));
        if (cases.isPresent()
                && cases.get().stream().allMatch(each -> each.outcome().isSame())) {
            return Optional.empty();
        }
        return Optional.of(new Change(
                cases.orElse(List.of()), verdict(architecture, number), other.verdict(architecture, number)));
    }

    /**
     * Numbers where what the filters do with calls may begin to be something else, and 0. Between two of them all
     * numbers get the same, unless a filter computes with the number.
     */
    public SortedSet<Long> borders() {
        SortedSet<Long> borders = new TreeSet<>();
        borders.add(0L);
        for (List<Instruction> filter : filters) {
            for (Instruction each : filter) {
                if ((each.code() & CLASS) == JUMP) {
                    long number = Integer.toUnsignedLong(each.operand());
                    borders.add(number);
                    borders.add(number + 1);
                }
            }
        }
        return borders;
    }

    @Override
    public String toString() {
        return filters.toString();
    }
}
