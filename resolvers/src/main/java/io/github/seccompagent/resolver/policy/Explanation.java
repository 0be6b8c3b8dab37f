package io.github.seccompagent.resolver.policy;

import java.util.List;
import java.util.Optional;

/**
 * What a policy does with a call, and why.
 *
 * @param decision which grants the container has
 * @param considered the rules for such calls in the order in which they are asked, up to the one that decides
 * @param decidedBy the rule that decides; empty if none matches
 * @param outcome what happens, in words
 */
public record Explanation(Decision decision, List<Considered> considered, Optional<RuleAt> decidedBy, String outcome) {
    public Explanation {
        considered = List.copyOf(considered);
    }

    /**
     * A rule of a policy.
     *
     * @param grant the name of its grant
     * @param index its number there, from 0
     */
    public record RuleAt(String grant, int index, Rule rule) {}

    /**
     * A rule that was asked.
     *
     * @param matches whether all of its conditions hold
     * @param why the condition that does not hold; or why the rule matches
     */
    public record Considered(RuleAt at, boolean matches, String why) {}
}
