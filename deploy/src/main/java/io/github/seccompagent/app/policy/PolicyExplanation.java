package io.github.seccompagent.app.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.Decision;
import io.github.seccompagent.resolver.policy.Explanation;
import io.github.seccompagent.resolver.policy.Explanation.RuleAt;
import io.github.seccompagent.resolver.policy.Identity;
import io.github.seccompagent.resolver.policy.Problem;
import io.github.seccompagent.resolver.policy.Problem.Part;
import io.github.seccompagent.resolver.policy.Rule;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a policy in a file does with a call of a container, and why.
 *
 * @param refused why the container is refused; null if it is not
 * @param grants those that it asks for, and those that it has by default
 * @param rules those that were asked, in order
 * @param decidedBy the last of them, if it decides
 * @param outcome what happens, in words
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"refused", "grants", "rules", "decidedBy", "outcome"})
public record PolicyExplanation(
        @Nullable String refused,
        List<AskedGrant> grants,
        List<AskedRule> rules,
        @Nullable NamedRule decidedBy,
        String outcome) {
    private static final int MOST_OTHERS = 50;

    /**
     * A grant that a container asks for, or has by default.
     *
     * @param verdict such as by-default
     * @param entry the number of the entry of access that says so, from 1; null if none does
     * @param place where that is
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AskedGrant(
            String name,
            boolean asked,
            String verdict,
            @Nullable Integer entry,
            @Nullable Place place) {}

    /**
     * A rule.
     *
     * @param number from 1, in its grant
     */
    public record NamedRule(String name, String grant, int number, String action, Place place) {}

    /** A rule that was asked. */
    public record AskedRule(NamedRule rule, boolean matches, String why) {
        private String words() {
            return rule.place() + ": rule " + rule.name() + " (" + rule.action() + "): "
                    + (matches ? "matches: " : "does not match: ") + why;
        }
    }

    /**
     * Explains.
     *
     * @param asked the grants that the container asks for
     * @throws UsageException if the file is no policy, or the question is not understood
     */
    public static PolicyExplanation of(Path file, Identity who, Set<String> asked, CallQuestion question) {
        PolicyFile read = PolicyFile.read(file);
        Explanation engines = read.compiled().explain(who, asked, question.asked());
        PolicyPlaces places = read.places();
        return new PolicyExplanation(
                engines.decision().refusal().orElse(null),
                engines.decision().reasons().stream()
                        .map(reason -> grant(reason, places))
                        .toList(),
                engines.considered().stream()
                        .map(each -> new AskedRule(rule(each.at(), places), each.matches(), each.why()))
                        .toList(),
                engines.decidedBy().map(at -> rule(at, places)).orElse(null),
                engines.outcome());
    }

    private static AskedGrant grant(Decision.Reason reason, PolicyPlaces places) {
        Optional<Integer> entry =
                reason.entry().isPresent() ? Optional.of(reason.entry().getAsInt()) : Optional.empty();
        return new AskedGrant(
                reason.grant(),
                reason.asked(),
                reason.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                entry.map(index -> index + 1).orElse(null),
                entry.map(index -> places.of(new Problem.Place(Part.ACCESS, "", index, "", "")))
                        .orElse(null));
    }

    private static NamedRule rule(RuleAt at, PolicyPlaces places) {
        return new NamedRule(
                at.rule().name(),
                at.grant(),
                at.index() + 1,
                words(at.rule().action()),
                places.of(new Problem.Place(Part.RULE, at.grant(), at.index(), "", "")));
    }

    private static String words(Rule.Action action) {
        if (action instanceof Rule.Action.Deny deny) {
            return "deny with " + deny.errno();
        }
        if (action instanceof Rule.Action.Delay delay) {
            return "delay by " + delay.time().toMillis() + " ms";
        }
        return action.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** Prints it. */
    public void print(PrintStream out, boolean json) {
        if (json) {
            out.println(Report.json(this));
            return;
        }
        grants.forEach(grant -> out.println(Printable.of("grant " + grant.name() + ": " + words(grant))));
        if (grants.isEmpty()) {
            out.println("no grants");
        }
        long others = rules.stream().filter(each -> !each.matches()).count();
        rules.stream()
                .filter(each -> each.matches() || others <= MOST_OTHERS)
                .forEach(each -> out.println(Printable.of(each.words())));
        if (others > MOST_OTHERS) {
            out.println(others + " rules that do not match are left out");
        }
        out.println(Printable.of(outcome));
    }

    private static String words(AskedGrant grant) {
        String by = grant.entry() == null ? "" : ", entry " + grant.entry() + " of access, " + grant.place();
        return (grant.asked() ? "asked for, " : "") + grant.verdict().replace('-', ' ') + by;
    }
}
