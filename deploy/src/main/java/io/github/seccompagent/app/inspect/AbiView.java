package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.seccompagent.app.filter.FilterChain;
import io.github.seccompagent.app.filter.Verdict;
import io.github.seccompagent.linux.fd.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What happens to the calls of one ABI.
 *
 * @param abi its name, such as x86_64
 * @param calls the calls that have a name, by their number
 * @param others ranges of numbers that no known call has
 */
record AbiView(String abi, List<Call> calls, List<Others> others) {

    /** A call and what happens to it. */
    record Call(String name, int number, @JsonUnwrapped Verdict verdict) {}

    /** A range of numbers, with both of its ends, and what happens to calls with them. */
    record Others(int first, int last, @JsonUnwrapped Verdict verdict) {}

    static AbiView of(Architecture architecture, FilterChain chain) {
        List<Call> calls = NamedCall.of(architecture).stream()
                .map(each -> new Call(each.name(), each.number(), chain.verdict(architecture, each.number())))
                .toList();
        List<Others> others = UnnamedCalls.of(architecture, chain.borders()).stream()
                .map(each -> new Others(each.first(), each.last(), chain.verdict(architecture, each.first())))
                .toList();
        return new AbiView(NamedCall.abi(architecture), calls, joined(others));
    }

    private static List<Others> joined(List<Others> others) {
        List<Others> joined = new ArrayList<>();
        for (Others each : others) {
            Others before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (before != null
                    && before.last() + 1 == each.first()
                    && before.verdict().equals(each.verdict())) {
                joined.set(joined.size() - 1, new Others(before.first(), each.last(), each.verdict()));
            } else {
                joined.add(each);
            }
        }
        return List.copyOf(joined);
    }

    /** Whether the same happens to all calls, with all arguments. */
    boolean isUniform() {
        return Stream.concat(calls.stream().map(Call::verdict), others.stream().map(Others::verdict))
                        .distinct()
                        .count()
                == 1;
    }
}
