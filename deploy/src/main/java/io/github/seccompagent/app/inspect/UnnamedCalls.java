package io.github.seccompagent.app.inspect;

import io.github.seccompagent.linux.fd.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Numbers that no known call has, from the first to the last. */
record UnnamedCalls(int first, int last) {

    /**
     * All of them.
     *
     * @param borders numbers where something else may begin
     */
    static List<UnnamedCalls> of(Architecture architecture, SortedSet<Long> borders) {
        SortedSet<Long> named = new TreeSet<>();
        NamedCall.of(architecture).forEach(each -> named.add((long) each.number()));
        long end = NamedCall.lastNumber(architecture) + 1L;
        SortedSet<Long> starts = new TreeSet<>(borders);
        named.forEach(number -> starts.add(number + 1));
        starts.add((long) NamedCall.firstNumber(architecture));
        List<UnnamedCalls> unnamed = new ArrayList<>();
        for (long start : starts.subSet((long) NamedCall.firstNumber(architecture), end)) {
            long next = Math.min(firstAfter(start, starts, end), firstAfter(start, named, end));
            if (!named.contains(start)) {
                unnamed.add(new UnnamedCalls((int) start, (int) (next - 1)));
            }
        }
        return unnamed;
    }

    /** Such as 335-423. */
    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }

    private static long firstAfter(long number, SortedSet<Long> numbers, long end) {
        SortedSet<Long> after = numbers.tailSet(number + 1);
        return after.isEmpty() ? end : Math.min(end, after.first());
    }
}
