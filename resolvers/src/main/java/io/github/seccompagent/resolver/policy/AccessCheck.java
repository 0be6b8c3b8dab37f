package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.policy.Problem.Part;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks an entry of access. */
final class AccessCheck {
    private static final long LARGEST_UID = 0xfffffffeL;
    private static final Pattern NAME_GLOB = Pattern.compile("[a-z0-9.*?-]+");

    private final Policy policy;
    private final Access access;
    private final Problems problems;

    private AccessCheck(Policy policy, Access access, Problems problems) {
        this.policy = policy;
        this.access = access;
        this.problems = problems;
    }

    static void check(Policy policy, int index, List<Problem> all) {
        AccessCheck check =
                new AccessCheck(policy, policy.access().get(index), new Problems(all, Part.ACCESS, "", index));
        check.grants();
        check.who();
    }

    private void grants() {
        if (access.grants().isEmpty()) {
            problems.error("grants", "", "the entry names no grant", "", "name one, or * for all");
        }
        for (String glob : access.grants()) {
            if (policy.grants().keySet().stream().noneMatch(name -> NameGlob.matches(glob, name))) {
                problems.error(
                        "grants",
                        glob,
                        "no grant has the name '" + glob + "'",
                        "",
                        policy.grants().isEmpty()
                                ? "define the grant"
                                : "choose one of "
                                        + String.join(", ", policy.grants().keySet()));
            }
        }
        if (access.effect() == Access.Effect.DEFAULT) {
            requireAgreement();
        }
    }

    private void requireAgreement() {
        List<Grant> given = policy.grants().values().stream()
                .filter(grant -> access.grants().stream().anyMatch(glob -> NameGlob.matches(glob, grant.name())))
                .toList();
        try {
            GrantMetadata.of(given);
        } catch (IllegalArgumentException e) {
            problems.error(
                    "grants",
                    "",
                    String.valueOf(e.getMessage()),
                    "a container that has both is refused, and this entry gives it both",
                    "give one of them by default");
        }
    }

    private void who() {
        Who who = access.who();
        names("namespaces", who.namespaces());
        names("pods", who.pods());
        names("containers", who.containers());
        names("serviceAccounts", who.serviceAccounts());
        who.labels().keySet().forEach(name -> requireKey("labels", name));
        who.annotations().keySet().forEach(name -> requireKey("annotations", name));
        for (long uid : who.uids()) {
            if (uid < 0 || uid > LARGEST_UID) {
                problems.error("uids", Long.toString(uid), uid + " is no uid", "", "write 0 to " + LARGEST_UID);
            }
        }
    }

    private void names(String field, Set<String> globs) {
        for (String glob : globs) {
            if (!NAME_GLOB.matcher(glob).matches()) {
                problems.error(
                        field,
                        glob,
                        "'" + glob + "' never matches",
                        "such names consist of small letters, digits, dots and dashes",
                        "use these, and * and ?");
            }
        }
    }

    private void requireKey(String field, String name) {
        if (name.isEmpty() || name.lines().count() != 1) {
            problems.error(field, name, "a name that nothing has", "", "write a name without line ends");
        }
    }
}
