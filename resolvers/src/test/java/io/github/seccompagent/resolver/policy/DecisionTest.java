package io.github.seccompagent.resolver.policy;

import static io.github.seccompagent.resolver.policy.Policies.ANYBODY;
import static io.github.seccompagent.resolver.policy.Policies.access;
import static io.github.seccompagent.resolver.policy.Policies.metadata;
import static io.github.seccompagent.resolver.policy.Policies.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.policy.Access.Effect;
import io.github.seccompagent.resolver.policy.Decision.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may have which grants. */
class DecisionTest {
    private static final Grant FUSE = metadata("fuse", "MOUNT_OTHER_FS_LIST=fuse");
    private static final Grant SUFFIX = metadata("suffix", "MKDIR_TMPL=-x");
    private static final Identity TEAM_A = Identity.of(new PodIdentity("team-a", "web-1", "app", "u"));

    private static Who namespaces(String... globs) {
        return new Who(Set.of(globs), Set.of(), Set.of(), Set.of(), Map.of(), Map.of(), Set.of());
    }

    private static Who labels(String name, String value) {
        return new Who(Set.of(), Set.of(), Set.of(), Set.of(), Map.of(name, value), Map.of(), Set.of());
    }

    private static Who annotations(String name, String value) {
        return new Who(Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Map.of(name, value), Set.of());
    }

    private static List<String> names(Decision decision) {
        return decision.grants().stream().map(Grant::name).toList();
    }

    @Test
    void nothingAskedForAndNothingByDefaultIsNothing() {
        Decision decision = Decision.of(policy(List.of(access(Effect.ALLOW, "*", ANYBODY)), FUSE), TEAM_A, Set.of());
        assertThat(decision.grants()).isEmpty();
        assertThat(decision.refusal()).isEmpty();
    }

    @Test
    void whoMayAskGetsTheGrant() {
        Policy policy = policy(List.of(access(Effect.ALLOW, "f*", namespaces("team-*"))), FUSE, SUFFIX);
        assertThat(names(Decision.of(policy, TEAM_A, Set.of("fuse")))).containsExactly("fuse");
        Decision refused = Decision.of(policy, TEAM_A, Set.of("fuse", "suffix"));
        assertThat(refused.grants()).isEmpty();
        assertThat(refused.refusal())
                .contains("grant 'suffix': no access entry of the policy allows it for this container");
        assertThat(Decision.of(policy, TEAM_A, Set.of("other")).refusal())
                .contains("grant 'other': the policy has no grant of that name");
    }

    @Test
    void anEntryThatDeniesWinsWhereverItStands() {
        Policy policy = policy(
                List.of(
                        access(Effect.DENY, "fuse", namespaces("team-a")),
                        access(Effect.ALLOW, "*", ANYBODY),
                        access(Effect.DEFAULT, "*", ANYBODY)),
                FUSE,
                SUFFIX);
        Decision byDefault = Decision.of(policy, TEAM_A, Set.of());
        assertThat(names(byDefault)).containsExactly("suffix");
        assertThat(byDefault.refusal()).isEmpty();
        assertThat(Decision.of(policy, TEAM_A, Set.of("fuse")).refusal())
                .contains("grant 'fuse': access entry 1 of the policy denies it");
    }

    @Test
    void whatIsUnknownIsNotAllowedAndIsDenied() {
        Policy allows = policy(List.of(access(Effect.ALLOW, "fuse", labels("tier", "*"))), FUSE);
        assertThat(Decision.of(allows, TEAM_A, Set.of("fuse")).refusal()).isPresent();
        assertThat(Decision.of(allows, TEAM_A.withLabels(Map.of("tier", "x")), Set.of("fuse"))
                        .refusal())
                .isEmpty();

        Policy denies = policy(
                List.of(access(Effect.ALLOW, "fuse", ANYBODY), access(Effect.DENY, "fuse", annotations("a", "b"))),
                FUSE);
        assertThat(Decision.of(denies, TEAM_A, Set.of("fuse")).refusal()).isEmpty();
        assertThat(Decision.of(denies, TEAM_A.knowingOnly(Set.of("c")), Set.of("fuse"))
                        .refusal())
                .isPresent();
    }

    @Test
    void aContainerOfNoPodMatchesNoNamespace() {
        Policy policy = policy(List.of(access(Effect.ALLOW, "fuse", namespaces("*"))), FUSE);
        Identity nobody = Identity.of(PodIdentity.UNKNOWN);
        assertThat(Decision.of(policy, nobody, Set.of("fuse")).refusal()).isPresent();
    }

    @Test
    void denyWinsInEveryPolicy() {
        Random random = new Random(7);
        List<String> namespaces = List.of("team-a", "team-b", "*", "team-*");
        for (int round = 0; round < 5000; round++) {
            List<Access> entries = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                entries.add(access(
                        Effect.values()[random.nextInt(3)],
                        List.of("fuse", "suffix", "*").get(random.nextInt(3)),
                        namespaces(namespaces.get(random.nextInt(4)))));
            }
            Decision decision = Decision.of(policy(entries, FUSE, SUFFIX), TEAM_A, Set.of("fuse"));
            Set<Effect> effects = new java.util.HashSet<>();
            for (Access entry : entries) {
                if (!entry.grants().contains("suffix")
                        && !entry.who().namespaces().contains("team-b")) {
                    effects.add(entry.effect());
                }
            }
            boolean expected = !effects.contains(Effect.DENY) && !effects.isEmpty();
            assertThat(names(decision).contains("fuse")).as("%s", entries).isEqualTo(expected);
            assertThat(decision.refusal().isEmpty()).as("%s", entries).isEqualTo(expected);
        }
    }

    @Test
    void reasonsTellOfGrantsThatWereNotAskedForOnlyIfTheyMatter() {
        Policy policy = policy(List.of(access(Effect.ALLOW, "*", ANYBODY)), FUSE, SUFFIX);
        assertThat(Decision.of(policy, TEAM_A, Set.of("suffix")).reasons())
                .extracting(Decision.Reason::verdict)
                .containsExactly(Verdict.ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/../b", "-a", "a\u0000", "a b", "ä", "a\nGRANTS=b", "."})
    void whatIsNoNameOfAGrantIsRefusedAndNotRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GrantNames.parse("ok," + text))
                .withMessageStartingWith("name 2 in the list of grants is no name")
                .withMessageMatching("[ -~]*");
    }

    @Test
    void namesAreFew() {
        assertThat(GrantNames.parse(" a, b,,a ")).containsExactly("a", "b");
        assertThatIllegalArgumentException().isThrownBy(() -> GrantNames.parse("a,".repeat(50_000)));
    }
}
