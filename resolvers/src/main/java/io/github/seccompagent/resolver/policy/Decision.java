package io.github.seccompagent.resolver.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which grants a container has, and why.
 *
 * @param grants what it has, in the policy's order; nothing if it is refused
 * @param reasons for each grant that it asked for, or that it has by default or would have: the policy's word
 */
public record Decision(List<Grant> grants, List<Reason> reasons) {
    public Decision {
        grants = List.copyOf(grants);
        reasons = List.copyOf(reasons);
    }

    /**
     * The policy's word about one grant.
     *
     * @param grant its name, as it was asked for
     * @param asked whether the container asked for it
     * @param entry the number of the entry of {@link Policy#access} that decides, from 0; empty if none does
     */
    public record Reason(String grant, boolean asked, Verdict verdict, OptionalInt entry) {}

    /** What the policy says about a grant. */
    public enum Verdict {
        ALLOWED(true),
        BY_DEFAULT(true),
        DENIED(false),
        NOBODY_ALLOWS(false),
        NO_SUCH_GRANT(false);

        private final boolean given;

        Verdict(boolean given) {
            this.given = given;
        }

        /** Whether the container has the grant, if it is not refused for another one. */
        public boolean isGiven() {
            return given;
        }
    }

    /**
     * Decides.
     *
     * @param asked names of grants that the container asks for
     */
    public static Decision of(Policy policy, Identity who, Set<String> asked) {
        List<Reason> reasons = new ArrayList<>();
        List<Grant> grants = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>(policy.grants().keySet());
        names.addAll(asked);
        for (String name : names) {
            Reason reason = reason(policy, who, name, asked.contains(name));
            if (isWanted(reason) || isDeniedDefault(policy, who, reason)) {
                reasons.add(reason);
            }
            Grant grant = policy.grants().get(name);
            if (grant != null && reason.verdict().isGiven() && isWanted(reason)) {
                grants.add(grant);
            }
        }
        Decision decision = new Decision(grants, reasons);
        return decision.refusal().isPresent() ? new Decision(List.of(), decision.reasons) : decision;
    }

    private static boolean isWanted(Reason reason) {
        return reason.asked() || reason.verdict() == Verdict.BY_DEFAULT;
    }

    private static boolean isDeniedDefault(Policy policy, Identity who, Reason reason) {
        return reason.verdict() == Verdict.DENIED
                && entry(policy, who, reason.grant(), Access.Effect.DEFAULT).isPresent();
    }

    private static Reason reason(Policy policy, Identity who, String name, boolean asked) {
        if (!policy.grants().containsKey(name)) {
            return new Reason(name, asked, Verdict.NO_SUCH_GRANT, OptionalInt.empty());
        }
        OptionalInt denies = entry(policy, who, name, Access.Effect.DENY);
        if (denies.isPresent()) {
            return new Reason(name, asked, Verdict.DENIED, denies);
        }
        OptionalInt gives = entry(policy, who, name, Access.Effect.DEFAULT);
        if (gives.isPresent()) {
            return new Reason(name, asked, Verdict.BY_DEFAULT, gives);
        }
        OptionalInt allows = entry(policy, who, name, Access.Effect.ALLOW);
        return new Reason(name, asked, allows.isPresent() ? Verdict.ALLOWED : Verdict.NOBODY_ALLOWS, allows);
    }

    /** The first entry with that effect that is about the grant and the container. */
    private static OptionalInt entry(Policy policy, Identity who, String grant, Access.Effect effect) {
        for (int i = 0; i < policy.access().size(); i++) {
            Access access = policy.access().get(i);
            if (access.effect() == effect
                    && access.grants().stream().anyMatch(glob -> NameGlob.matches(glob, grant))
                    && WhoMatch.holds(access.who(), who, effect == Access.Effect.DENY)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** Why the container is refused: one line that names the first grant that it may not have. Empty if it is not. */
    public Optional<String> refusal() {
        return reasons.stream()
                .filter(reason -> reason.asked() && !reason.verdict().isGiven())
                .findFirst()
                .map(Decision::refusal);
    }

    private static String refusal(Reason reason) {
        String grant = "grant '" + reason.grant() + "': ";
        return grant
                + switch (reason.verdict()) {
                    case NO_SUCH_GRANT -> "the policy has no grant of that name";
                    case DENIED -> "access entry " + (reason.entry().orElse(0) + 1) + " of the policy denies it";
                    default -> "no access entry of the policy allows it for this container";
                };
    }
}
