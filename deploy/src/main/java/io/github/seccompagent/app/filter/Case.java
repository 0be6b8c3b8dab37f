package io.github.seccompagent.app.filter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What happens to a call with certain arguments.
 *
 * @param <T> what it is
 * @param when the arguments: all conditions of one of these lists hold; if there are none, it happens in all cases that
 *     no other case of the call names
 */
@JsonPropertyOrder({"when", "outcome"})
public record Case<T>(
        @JsonUnwrapped T outcome,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<Condition>> when) {
    private static final int MOST_REGIONS = 100;
    private static final int MOST_ALTERNATIVES = 64;

    /**
     * The cases of a call, the one without conditions last.
     *
     * @return empty if the conditions cannot be told, or would be too many
     */
    static <T> Optional<List<Case<T>>> of(List<Way> ways, Function<Way, T> outcome) {
        Map<T, List<Region>> regions = new LinkedHashMap<>();
        boolean isGuessed = false;
        for (Way way : ways) {
            isGuessed |= way.isGuessed();
            regions.computeIfAbsent(outcome.apply(way), key -> new ArrayList<>())
                    .add(Region.of(way));
        }
        if (regions.size() == 1) {
            return Optional.of(List.of(new Case<>(regions.keySet().iterator().next(), List.of())));
        }
        if (isGuessed || regions.values().stream().anyMatch(each -> each.size() > MOST_REGIONS)) {
            return Optional.empty();
        }
        return ofExact(regions);
    }

    private static <T> Optional<List<Case<T>>> ofExact(Map<T, List<Region>> regions) {
        List<Case<T>> cases = new ArrayList<>();
        for (Map.Entry<T, List<Region>> each : regions.entrySet()) {
            List<List<Condition>> when = Union.of(each.getValue()).stream()
                    .flatMap(region -> Condition.of(region).stream())
                    .toList();
            if (when.size() > MOST_ALTERNATIVES) {
                return Optional.empty();
            }
            cases.add(new Case<>(each.getKey(), when));
        }
        // A call has one of all cases, so the one that takes the most words needs none.
        Case<T> last = cases.stream().max(Comparator.comparingInt(Case::length)).orElseThrow();
        cases.remove(last);
        cases.add(new Case<>(last.outcome(), List.of()));
        return Optional.of(cases);
    }

    private int length() {
        // Of two that are alike, such as == and != with one number, the exceptions are told.
        Set<Condition> conditions = new HashSet<>();
        when.forEach(conditions::addAll);
        boolean isException = conditions.stream().anyMatch(each -> each.operator() == Condition.Operator.NE);
        return 2 * when.stream().mapToInt(List::size).sum() + (isException ? 1 : 0);
    }
}
