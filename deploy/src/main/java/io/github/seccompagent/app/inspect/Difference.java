package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.seccompagent.app.filter.Change;
import io.github.seccompagent.app.filter.FilterChain;
import io.github.seccompagent.linux.fd.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A call with which two threads' filters do not do the same.
 *
 * @param name its name, or a range of numbers without names
 * @param number its number, or the first of the range
 */
@JsonPropertyOrder({"abi", "name", "number", "last", "change"})
record Difference(
        String abi,
        String name,
        int number,
        int last,
        @JsonUnwrapped Change change) {

    static List<Difference> between(FilterChain here, FilterChain there) {
        List<Difference> differences = new ArrayList<>();
        for (Architecture architecture : NamedCall.abis()) {
            String abi = NamedCall.abi(architecture);
            for (NamedCall each : NamedCall.of(architecture)) {
                here.change(there, architecture, each.number())
                        .ifPresent(change -> differences.add(
                                new Difference(abi, each.name(), each.number(), each.number(), change)));
            }
            addUnnamed(here, there, architecture, differences);
        }
        return differences;
    }

    private static void addUnnamed(
            FilterChain here, FilterChain there, Architecture architecture, List<Difference> differences) {
        SortedSet<Long> borders = new TreeSet<>(here.borders());
        borders.addAll(there.borders());
        String abi = NamedCall.abi(architecture);
        for (UnnamedCalls each : UnnamedCalls.of(architecture, borders)) {
            here.change(there, architecture, each.first())
                    .map(change -> new Difference(abi, each.toString(), each.first(), each.last(), change))
                    .ifPresent(found -> addJoined(found, differences));
        }
    }

    private static void addJoined(Difference found, List<Difference> differences) {
        Difference before = differences.isEmpty() ? null : differences.get(differences.size() - 1);
        if (before != null
                && before.isUnnamed()
                && before.abi().equals(found.abi())
                && before.last() + 1 == found.number()
                && before.change().equals(found.change())) {
            UnnamedCalls joined = new UnnamedCalls(before.number(), found.last());
            differences.set(
                    differences.size() - 1,
                    new Difference(found.abi(), joined.toString(), before.number(), found.last(), found.change()));
        } else {
            differences.add(found);
        }
    }

    private boolean isUnnamed() {
        return Character.isDigit(name.charAt(0));
    }
}
