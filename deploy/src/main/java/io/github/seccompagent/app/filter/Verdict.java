package io.github.seccompagent.app.filter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What filters do with a call.
 *
 * @param cases the cases, by the call's arguments; the last one has no conditions
 * @param possible if the conditions cannot be told, what may happen; otherwise none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Verdict(List<Case<Action>> cases, Set<Action> possible) {

    /** @param ways all ways of the call; empty if they are too many */
    static Verdict of(Optional<List<Way>> ways) {
        if (ways.isEmpty()) {
            return new Verdict(List.of(), Set.of(Action.UNKNOWN));
        }
        return Case.of(ways.get(), Way::action)
                .map(cases -> new Verdict(cases, Set.of()))
                .orElseGet(() -> new Verdict(
                        List.of(),
                        ways.get().stream().map(Way::action).collect(Collectors.toCollection(LinkedHashSet::new))));
    }

    /** Whether it is known what happens with which arguments. */
    boolean isTold() {
        return !cases.isEmpty();
    }

    /** Whether the same happens with all arguments. */
    @JsonIgnore
    public boolean isSimple() {
        return cases.size() == 1;
    }

    /** What happens in words, such as "allow". */
    @Override
    public String toString() {
        if (cases.isEmpty()) {
            return possible.stream().map(Action::toString).collect(Collectors.joining(" or "))
                    + ", by conditions that cannot be shown";
        }
        return inWords(cases);
    }

    /** Cases in words, such as "allow if arg0 == 0x8, otherwise errno EPERM". */
    public static String inWords(List<? extends Case<?>> cases) {
        StringBuilder words = new StringBuilder();
        for (Case<?> each : cases) {
            String outcome = String.valueOf(each.outcome());
            if (each.when().isEmpty()) {
                words.append(cases.size() == 1 ? outcome : "otherwise " + outcome);
            } else {
                words.append(outcome).append(" if ").append(anyOf(each.when())).append(", ");
            }
        }
        return words.toString();
    }

    private static String anyOf(List<List<Condition>> when) {
        return when.stream()
                .map(all -> all.stream().map(Condition::toString).collect(Collectors.joining(" and ")))
                .collect(Collectors.joining(" or "));
    }
}
