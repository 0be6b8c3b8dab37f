package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.policy.Rule.When;
import java.util.Set;

/** The conditions of a rule, one by one. Those on paths are {@link PathIndex}'s. */
final class Conditions {
    private Conditions() {}

    static boolean hold(When when, CallFacts call) {
        return failing(when, call).isEmpty();
    }

    /** The first condition that does not hold, in words; empty if all hold. */
    static String failing(When when, CallFacts call) {
        if (when.uid().isPresent() && when.uid().getAsLong() != call.uid()) {
            return "uid";
        }
        if (!when.has().stream().allMatch(call::has)) {
            return "capabilities: the caller lacks one that it must have";
        }
        if (when.lacks().stream().anyMatch(call::has)) {
            return "capabilities: the caller has one that it must lack";
        }
        if (!when.devices().isEmpty()
                && !(call.device().isPresent()
                        && when.devices().contains(call.device().getAsInt()))) {
            return "device";
        }
        if ((when.allFlags() | when.noFlags()) != 0 && !hasFlags(when, call.flags())) {
            return "flags";
        }
        return when.types().isEmpty() || isType(when.types(), call.type()) ? "" : "type";
    }

    private static boolean hasFlags(When when, long flags) {
        return (flags & when.allFlags()) == when.allFlags() && (flags & when.noFlags()) == 0;
    }

    /** As in a grant of mounts, fuse stands for fuse.NAME too. */
    private static boolean isType(Set<String> types, String type) {
        return types.contains(type) || (type.startsWith("fuse.") && types.contains("fuse"));
    }

    static When withoutPaths(When when) {
        return new When(
                Set.of(),
                when.types(),
                when.allFlags(),
                when.noFlags(),
                when.devices(),
                when.uid(),
                when.has(),
                when.lacks());
    }

    /** Without what the caller can change after the decision. */
    static When withoutMemory(When when, boolean flagsInMemory) {
        return new When(
                Set.of(),
                Set.of(),
                flagsInMemory ? 0 : when.allFlags(),
                flagsInMemory ? 0 : when.noFlags(),
                when.devices(),
                when.uid(),
                when.has(),
                when.lacks());
    }
}
