package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.resolver.policy.Explanation.Considered;
import io.github.seccompagent.resolver.policy.Explanation.RuleAt;
import io.github.seccompagent.resolver.policy.Rule.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Tells what the rules do with a call. The rules themselves decide, with the code that decides about real calls. */
final class Explainer {
    private Explainer() {}

    private record AskedFacts(AskedCall call) implements CallFacts {
        @Override
        public String syscall() {
            return call.syscall();
        }

        @Override
        public String family() {
            return call.family();
        }

        @Override
        public long flags() {
            return call.flags();
        }

        @Override
        public String type() {
            return call.type().orElse("");
        }

        @Override
        public OptionalInt device() {
            return call.device().map(OptionalInt::of).orElse(OptionalInt.empty());
        }

        @Override
        public long uid() {
            return call.uid();
        }

        @Override
        public boolean has(Capability capability) {
            return call.capabilities().contains(capability);
        }
    }

    static Explanation explain(Decision decision, RuleSet grants, AskedCall call) {
        Optional<String> refusal = decision.refusal();
        if (refusal.isPresent()) {
            return new Explanation(
                    decision, List.of(), Optional.empty(), "fails with EPERM, as all notified calls: " + refusal.get());
        }
        JoinedRules rules = grants.of(call.syscall(), call.family());
        CallFacts facts = new AskedFacts(call);
        int end = rules.firstWithoutPaths(facts);
        List<TargetString> paths = call.paths().stream().map(TargetString::of).toList();
        Set<Integer> matching = rules.matching(facts, paths, end);
        int decider = matching.stream()
                .filter(rule -> CallRules.decides(rules.at(rule).rule()))
                .findFirst()
                .orElse(end);
        Optional<RuleAt> decidedBy = decider == CallRules.NO_RULE ? Optional.empty() : Optional.of(rules.at(decider));
        boolean memory = rules.restsOnMemory(facts, decider);
        String outcome = decidedBy
                .map(at -> ofRule(at.rule().action(), memory))
                .orElseGet(() -> withoutRule(decision, grants, call, memory));
        return new Explanation(decision, considered(rules, facts, matching, decider), decidedBy, outcome);
    }

    private static List<Considered> considered(JoinedRules rules, CallFacts facts, Set<Integer> matching, int decider) {
        List<Considered> considered = new ArrayList<>();
        for (int i = 0; i < rules.all().size() && i <= decider; i++) {
            boolean matches = i == decider || matching.contains(i);
            String failing = Conditions.failing(rules.at(i).rule().when(), facts);
            String why = matches ? "all of its conditions hold" : failing.isEmpty() ? "path" : failing;
            considered.add(new Considered(rules.at(i), matches, why));
        }
        return considered;
    }

    private static String ofRule(Action action, boolean memory) {
        if (action instanceof Action.Deny deny) {
            return "fails with " + deny.errno();
        }
        if (action instanceof Action.Kill) {
            return "the container is killed";
        }
        if (action instanceof Action.Freeze) {
            return "the container is frozen";
        }
        return action instanceof Action.Continue && !memory
                ? "the kernel executes it"
                : "is made on behalf of the caller";
    }

    private static String withoutRule(Decision decision, RuleSet rules, AskedCall call, boolean memory) {
        GrantMetadata metadata = GrantMetadata.of(decision.grants());
        if (metadata.families().contains(call.family())) {
            return "no rule decides: the grants' metadata handles it";
        }
        if (metadata.hasDefaultAction()) {
            return "no rule decides: the grants' default action handles it";
        }
        if (rules.hides(call.syscall())) {
            return "no rule decides: it fails with ENOSYS, so that programs use mount, which rules are about";
        }
        String own = "no rule decides: what the container's own profile does with it, ";
        return own
                + (memory
                        ? "except that it is made on behalf with the caller's own privileges if the profile allows it"
                        : "if it is notified at all");
    }
}
