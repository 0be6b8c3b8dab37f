package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.resolver.policy.Rule.Action;
import io.github.seccompagent.resolver.policy.Rule.When;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Checks a rule: what the engine cannot run is an error. */
final class RuleCheck {
    private static final Duration LONGEST_DELAY = Duration.ofDays(1);
    private static final long LARGEST_UID = 0xfffffffeL;

    private final CallFamilies families;

    RuleCheck(CallFamilies families) {
        this.families = families;
    }

    void check(Grant grant, int index, Problems problems) {
        Rule rule = grant.rules().get(index);
        if (rule.calls().isEmpty()) {
            problems.error("calls", "", "the rule names no call", "", "name one, such as mkdir");
        }
        if (rule.name().isBlank() || rule.name().lines().count() != 1) {
            problems.error("name", rule.name(), "the rule has no name of one line", "logs tell it by its name", "");
        }
        Map<String, String> calls = new TreeMap<>(); // the family of each
        for (String call : rule.calls()) {
            String family = familyOf(call);
            if (family.isEmpty()) {
                problems.error("calls", call, "no kernel has a call or family '" + call + "'", "", "");
            } else {
                calls.put(call, family);
            }
        }
        checkConditions(rule.when(), problems);
        calls.forEach((call, family) -> checkCall(rule, call, family, problems));
        checkFlags(rule.when(), calls, problems);
        checkAction(rule, calls, problems);
        checkContinue(grant, index, calls, problems);
        checkReached(grant, index, calls, problems);
    }

    private String familyOf(String call) {
        return Family.isFamily(call) ? call : families.of(call).orElse("");
    }

    private static void checkConditions(When when, Problems problems) {
        for (String glob : new TreeSet<>(when.paths())) {
            try {
                PathGlob.of(glob);
            } catch (IllegalArgumentException e) {
                problems.error("paths", glob, "'" + glob + "' never matches", String.valueOf(e.getMessage()), "");
            }
        }
        if (when.types().contains("")) {
            problems.error("types", "", "an empty type", "", "write one such as tmpfs");
        }
        if ((when.allFlags() & when.noFlags()) != 0) {
            problems.error("noFlags", "", "a flag that must be set and must not be set", "the rule never matches", "");
        }
        Set<Capability> both = new TreeSet<>(when.has());
        both.retainAll(when.lacks());
        if (!both.isEmpty()) {
            problems.error(
                    "lacks",
                    both.iterator().next().name(),
                    "a capability that the caller must have and lack",
                    "the rule never matches",
                    "");
        }
        if (when.uid().isPresent() && (when.uid().getAsLong() < 0 || when.uid().getAsLong() > LARGEST_UID)) {
            problems.error("uid", "", when.uid().getAsLong() + " is no uid", "", "write 0 to " + LARGEST_UID);
        }
    }

    private static void checkCall(Rule rule, String call, String family, Problems problems) {
        When when = rule.when();
        Family info = Family.of(family);
        if (!when.types().isEmpty() && !family.equals("mount")) {
            problems.error("types", call, call + " has no filesystem type", "", "name only mount in this rule");
        }
        if (!when.devices().isEmpty() && !family.equals("mknod")) {
            problems.error("devices", call, call + " makes no device", "", "name only mknod in this rule");
        }
        if (!when.paths().isEmpty() && !info.hasPath()) {
            problems.error("paths", call, "rules cannot look at paths of " + call, "", "");
        } else if (!when.paths().isEmpty() && !info.onBehalf() && CallRules.decides(rule)) {
            problems.error(
                    "paths",
                    call,
                    "no rule can decide on the path of " + call,
                    "it cannot be made on behalf, so the caller can change the path after the decision",
                    "use delay or log, or leave out the path");
        }
        if (CallRules.decides(rule) && !call.equals(family)) {
            problems.warning(
                    "calls",
                    call,
                    "the rule is about " + call + " only, and other calls of its family do the same",
                    "",
                    "write " + family);
        }
    }

    private static void checkFlags(When when, Map<String, String> calls, Problems problems) {
        if ((when.allFlags() | when.noFlags()) == 0) {
            return;
        }
        Set<String> kinds = new TreeSet<>();
        calls.forEach((call, family) -> {
            kinds.add(Family.of(family).flagNames());
            if (!Family.of(family).hasFlags()) {
                problems.error("flags", call, call + " has no flags that rules can look at", "", "");
            }
        });
        kinds.remove("");
        if (kinds.size() > 1) {
            problems.error(
                    "flags",
                    "",
                    "flags for calls whose flags mean different things: " + kinds,
                    "the same number is another flag in another call",
                    "write a rule for each kind of call");
        }
    }

    private static void checkAction(Rule rule, Map<String, String> calls, Problems problems) {
        if (rule.action() instanceof Action.Delay delay
                && (delay.time().isNegative()
                        || delay.time().isZero()
                        || delay.time().compareTo(LONGEST_DELAY) > 0)) {
            problems.error("time", "", "a delay of " + delay.time(), "", "write one between 1ns and 24h");
        }
        if (rule.action() instanceof Action.Allow) {
            calls.forEach((call, family) -> {
                if (!Family.of(family).onBehalf()) {
                    problems.error(
                            "action",
                            call,
                            call + " cannot be made on behalf, so it cannot be allowed this way",
                            "",
                            "write continue, and the kernel executes it");
                }
            });
        }
    }

    /** The kernel reads memory again, so it would execute another call than the one that was decided on. */
    private void checkContinue(Grant grant, int index, Map<String, String> calls, Problems problems) {
        if (!(grant.rules().get(index).action() instanceof Action.Continue)) {
            return;
        }
        for (int i = 0; i <= index; i++) {
            Rule earlier = grant.rules().get(i);
            if (!mayLookAtMemory(earlier.when())) {
                continue; // quickly: each of thousands of rules looks at all before it
            }
            List<String> common = calls.entrySet().stream()
                    .filter(call -> earlier.calls().stream().anyMatch(other -> overlap(other, call))
                            && looksAtMemory(earlier, call))
                    .map(Map.Entry::getKey)
                    .toList();
            if (!common.isEmpty()) {
                String whose = i == index ? "the rule" : "the earlier rule '" + earlier.name() + "'";
                problems.error(
                        "action",
                        common.get(0),
                        "continue for " + common.get(0) + ", and " + whose + " looks at memory of the caller: at "
                                + memoryOf(earlier.when()),
                        "the caller can change that memory before the kernel reads it again",
                        "write allow: the call is then made on behalf, with what was decided on");
                return;
            }
        }
    }

    private static boolean mayLookAtMemory(When when) {
        return when.readsMemory() || (when.allFlags() | when.noFlags()) != 0;
    }

    private boolean overlap(String other, Map.Entry<String, String> call) {
        return other.equals(call.getKey())
                || other.equals(call.getValue())
                || (call.getKey().equals(call.getValue()) && familyOf(other).equals(call.getKey()));
    }

    private static boolean looksAtMemory(Rule rule, Map.Entry<String, String> call) {
        Family family = Family.of(call.getValue());
        boolean flagsInMemory = family.mayHaveFlagsInMemory(call.getValue(), call.getKey());
        return CallRules.decidesOnMemory(rule, family, flagsInMemory);
    }

    private static String memoryOf(When when) {
        return !when.paths().isEmpty() ? "a path" : !when.types().isEmpty() ? "a filesystem type" : "flags";
    }

    /** Each rule is compared with all before it, and a record's equals takes ten times as long. */
    private static boolean isAlways(When when) {
        return !when.readsMemory()
                && (when.allFlags() | when.noFlags()) == 0
                && when.devices().isEmpty()
                && when.uid().isEmpty()
                && when.has().isEmpty()
                && when.lacks().isEmpty();
    }

    private static void checkReached(Grant grant, int index, Map<String, String> calls, Problems problems) {
        Set<String> left = new TreeSet<>(calls.keySet());
        for (Rule earlier : grant.rules().subList(0, index)) {
            if (CallRules.decides(earlier) && isAlways(earlier.when())) {
                left.removeIf(call ->
                        earlier.calls().contains(call) || earlier.calls().contains(calls.getOrDefault(call, call)));
                if (left.isEmpty() && !calls.isEmpty()) {
                    problems.warning(
                            "",
                            "",
                            "the rule is never reached: '" + earlier.name() + "' decides about all such calls",
                            "",
                            "put it before that rule");
                    return;
                }
            }
        }
    }
}
