package io.github.seccompagent.resolver.policy;

import static io.github.seccompagent.resolver.policy.Policies.ANYBODY;
import static io.github.seccompagent.resolver.policy.Policies.DENY;
import static io.github.seccompagent.resolver.policy.Policies.access;
import static io.github.seccompagent.resolver.policy.Policies.answer;
import static io.github.seccompagent.resolver.policy.Policies.compiled;
import static io.github.seccompagent.resolver.policy.Policies.container;
import static io.github.seccompagent.resolver.policy.Policies.metadata;
import static io.github.seccompagent.resolver.policy.Policies.open;
import static io.github.seccompagent.resolver.policy.Policies.policy;
import static io.github.seccompagent.resolver.policy.Policies.rule;
import static io.github.seccompagent.resolver.policy.Policies.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.policy.Access.Effect;
import io.github.seccompagent.resolver.policy.Rule.When;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PolicyResolverTest {
    private static final Grant SUFFIX = metadata("suffix", "MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}");
    private static final Response EPERM = Response.failure(Errno.EPERM);
    private static final Map<String, String> POD_A = Map.of(
            "io.kubernetes.cri.sandbox-namespace", "team-a",
            "io.kubernetes.cri.sandbox-name", "web",
            "io.kubernetes.cri.container-name", "app");
    private static final Who LABELLED =
            new Who(Set.of("team-a"), Set.of(), Set.of(), Set.of(), Map.of("tier", "build"), Map.of(), Set.of());

    private final AtomicReference<CompiledPolicy> present = new AtomicReference<>();
    private final Seal seal = new Seal("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    private final PolicyResolver resolver =
            new PolicyResolver(present::get, container -> PodIdentity.UNKNOWN, Map.of(), Optional.of(seal));

    private void use(Policy policy) {
        present.set(compiled(policy));
    }

    private static List<String> mkdir(HandlerRegistry registry) throws Exception {
        RuledCall call = RuledCall.mkdir("/x");
        answer(registry, call);
        return call.effects;
    }

    @Test
    void aContainerGetsTheGrantThatItAsksFor() throws Exception {
        use(open(SUFFIX));
        HandlerRegistry registry = resolver.resolve(container("c", "GRANTS=suffix", POD_A));
        assertThat(mkdir(registry)).containsExactly("mkdir-team-a-web");
        assertThat(registry.owner()).isEqualTo("pod team-a/web/app");

        assertThat(mkdir(resolver.resolve(container("")))).isEmpty();
    }

    @Test
    void aRefusedRequestIsRefusedWithAReason() {
        use(policy(List.of(), SUFFIX));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolver.resolve(container("c", "GRANTS=suffix", POD_A)))
                .withMessage("pod team-a/web/app: grant 'suffix': no access entry of the policy allows it for this "
                        + "container");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolver.resolve(container("c", "GRANTS=a/../b", POD_A)))
                .withMessageContaining("is no name of a grant");
    }

    @Test
    void aRunningContainerGetsTheNewPolicyForItsNextCall() throws Exception {
        use(open(SUFFIX));
        HandlerRegistry registry = resolver.resolve(container("c", "GRANTS=suffix", POD_A));
        use(open(metadata("suffix", "MKDIR_TMPL=-new")));
        assertThat(mkdir(registry)).containsExactly("mkdir-new");

        use(policy(List.of(), SUFFIX));
        assertThat(answer(registry, RuledCall.mkdir("/x"))).isEqualTo(EPERM);
        HandlerRegistry restored = resolver.restore(container("c", "GRANTS=suffix", POD_A), registry.note());
        assertThat(answer(restored, RuledCall.mkdir("/x"))).isEqualTo(EPERM);

        use(open(SUFFIX));
        assertThat(mkdir(registry)).containsExactly("mkdir-team-a-web");
        assertThat(mkdir(restored)).containsExactly("mkdir-team-a-web");
    }

    @Test
    void metadataAloneGrantsOnlyIfThePolicySaysSo() throws Exception {
        Policy policy = open(SUFFIX);
        use(policy);
        assertThat(mkdir(resolver.resolve(container("MKDIR_TMPL=-own")))).containsExactly("mkdir-own");
        use(new Policy(false, policy.grants(), policy.access()));
        assertThat(mkdir(resolver.resolve(container("MKDIR_TMPL=-own")))).isEmpty();
    }

    @Test
    void grantsThatContradictEachOtherAreRefusedAndListsAreJoined() throws Exception {
        use(open(
                metadata("a", "MKDIR_TMPL=-a", "MOUNT_OTHER_FS_LIST=fuse"),
                metadata("b", "MKDIR_TMPL=-b"),
                metadata("t", "MOUNT_OTHER_FS_LIST=tmpfs")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolver.resolve(container("GRANTS=a,b")))
                .withMessageContaining(
                        "grant 'a' and grant 'b' contradict each other: they give different values to " + "MKDIR_TMPL");
        HandlerRegistry both = resolver.resolve(container("GRANTS=a,t"));
        assertThat(answer(both, new RuledCall("mount", "mount").type("fuse"))).isEqualTo(RuledCall.MADE);
        assertThat(answer(both, new RuledCall("mount", "mount").type("tmpfs"))).isEqualTo(RuledCall.MADE);
    }

    @Test
    void rulesOfSeveralGrantsStandInThePolicysOrderWhateverTheContainerWrites() throws Exception {
        use(open(rules("z", rule("mkdir", When.ALWAYS, DENY)), rules("a", rule("mkdir", When.ALWAYS, Policies.ALLOW))));
        for (String asked : List.of("GRANTS=z,a", "GRANTS=a,z", "GRANTS=a\nGRANTS=z")) {
            assertThat(answer(resolver.resolve(container(asked)), RuledCall.mkdir("/x")))
                    .isEqualTo(Response.failure(Errno.EACCES));
        }
    }

    @Test
    void aSealTellsOfLabelsAlsoWhenThePolicyChanges() throws Exception {
        Policy policy = policy(List.of(access(Effect.ALLOW, "suffix", LABELLED)), SUFFIX);
        use(policy);
        Identity pod = Identity.of(new PodIdentity("team-a", "web", "app", ""))
                .withLabels(Map.of("tier", "build"))
                .withAnnotations(Map.of("x", "a\nLABEL=tier=other"))
                .withServiceAccount("builder");
        String sealed = seal.seal("GRANTS=suffix\nLABEL=tier=forged", "c", pod, "u-1");
        HandlerRegistry registry = resolver.resolve(container("c", sealed, Map.of()));
        assertThat(mkdir(registry)).containsExactly("mkdir-team-a-web");
        assertThat(seal.open(container("c", sealed, Map.of())).orElseThrow()).isEqualTo(new Seal.Sealed(pod, "u-1"));

        use(policy(List.of(access(Effect.ALLOW, "suffix", ANYBODY), access(Effect.DENY, "suffix", LABELLED)), SUFFIX));
        assertThat(answer(registry, RuledCall.mkdir("/x"))).isEqualTo(EPERM);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolver.resolve(container("c", "GRANTS=suffix\nLABEL=tier=build", POD_A)));
    }

    @Test
    void aSealIsForOneContainerAndForEveryLine() {
        use(open(SUFFIX));
        Identity pod = Identity.of(new PodIdentity("team-a", "web", "app", ""));
        String sealed = seal.seal("GRANTS=suffix\nBASE=mount:EPERM", "c", pod, "u-1");
        refuse("other", sealed);
        refuse("c", sealed + "\nMOUNT_PROC=true");
        refuse("c", "MOUNT_PROC=true\n" + sealed);
        refuse("c", sealed.replace("BASE=mount:EPERM\n", ""));
        for (int i = 0; i < sealed.length(); i++) {
            char[] changed = sealed.toCharArray();
            changed[i] ^= 1;
            ContainerProcessState state = container("c", new String(changed), Map.of());
            if (Seal.isIn(state)) {
                refuse("c", state.metadata());
            }
        }
        Seal other = new Seal(new byte[32]);
        assertThatIllegalArgumentException().isThrownBy(() -> other.open(container("c", sealed, Map.of())));
        assertThatIllegalArgumentException().isThrownBy(() -> new Seal(new byte[31]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> seal.seal("", "c", pod.withLabels(Map.of("a", "x".repeat(70_000))), ""));
    }

    private void refuse(String id, String metadata) {
        assertThatIllegalArgumentException()
                .as(metadata)
                .isThrownBy(() -> resolver.resolve(container(id, metadata, Map.of())));
    }

    @Test
    void annotationsThatWereNotKeptCountAsUnknown() throws Exception {
        Who annotated = new Who(Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Map.of("a", "*"), Set.of());
        use(open(SUFFIX));
        assertThat(resolver.wantsAnnotation("a")).isFalse();
        HandlerRegistry registry = resolver.resolve(container("c", "GRANTS=suffix", POD_A));

        use(policy(List.of(access(Effect.ALLOW, "*", ANYBODY), access(Effect.DENY, "*", annotated)), SUFFIX));
        assertThat(resolver.wantsAnnotation("a")).isTrue();
        assertThat(answer(registry, RuledCall.mkdir("/x"))).isEqualTo(EPERM);
        HandlerRegistry restored = resolver.restore(container("c", "GRANTS=suffix", POD_A), registry.note());
        assertThat(answer(restored, RuledCall.mkdir("/x"))).isEqualTo(EPERM);
        assertThat(mkdir(resolver.resolve(container("c", "GRANTS=suffix", POD_A))))
                .isNotEmpty();
    }
}
