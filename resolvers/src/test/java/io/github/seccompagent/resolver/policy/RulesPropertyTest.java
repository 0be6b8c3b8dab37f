package io.github.seccompagent.resolver.policy;

import static io.github.seccompagent.resolver.policy.Policies.CHECKER;
import static io.github.seccompagent.resolver.policy.Policies.answer;
import static io.github.seccompagent.resolver.policy.Policies.container;
import static io.github.seccompagent.resolver.policy.Policies.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.policy.Rule.Action;
import io.github.seccompagent.resolver.policy.Rule.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Random rules and calls, against the plain reading of a policy: rule after rule, condition after condition. */
class RulesPropertyTest {
    private static final Map<String, String> CALLS = Map.of(
            "mkdir", "mkdir", "mkdirat", "mkdir", "openat", "open", "openat2", "open", "mount", "mount", "clone3",
            "clone3");
    private static final List<String> NAMES =
            List.of("mkdir", "mkdirat", "open", "openat", "openat2", "mount", "clone3");
    private static final List<String> GLOBS = List.of("/a", "/a/**", "/*/b", "/**/c", "/b/?");
    private static final List<String> PATHS = List.of("/a", "/a/b", "/b/b", "/b/c", "/d", "");
    private static final List<String> TYPES = List.of("tmpfs", "ext4");

    private final Random random = new Random(20261130);

    private record Asked(String syscall, String path, String type, long flags, int uid, boolean chown) {
        String family() {
            return CALLS.get(syscall);
        }

        RuledCall call() {
            RuledCall call = new RuledCall(syscall, family()).type(type).uid(uid);
            if (!syscall.equals("clone3")) {
                call.leadingTo(path);
            }
            call.number(family().equals("mount") ? 3 : 1, flags);
            return chown ? call.with(Capability.CAP_CHOWN) : call;
        }

        AskedCall question() {
            return new AskedCall(
                    syscall,
                    family(),
                    syscall.equals("clone3") ? List.of() : List.of(path),
                    family().equals("mount") ? Optional.of(type) : Optional.empty(),
                    flags,
                    Optional.empty(),
                    uid,
                    chown ? Set.of(Capability.CAP_CHOWN) : Set.of());
        }
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private boolean sometimes() {
        return random.nextInt(4) == 0;
    }

    private Rule rule(int number) {
        Set<String> calls = Set.copyOf(List.of(any(NAMES), any(NAMES)));
        When when = new When(
                random.nextInt(3) == 0 ? Set.of(any(GLOBS)) : Set.of(),
                sometimes() && about("mount", calls) ? Set.of(any(TYPES)) : Set.of(),
                sometimes() && about("o", calls) ? 2 : 0,
                sometimes() && about("o", calls) ? 1 : 0,
                Set.of(),
                sometimes() ? OptionalLong.of(random.nextInt(2)) : OptionalLong.empty(),
                sometimes() ? Set.of(Capability.CAP_CHOWN) : Set.of(),
                Set.of());
        Action action = any(List.of(
                new Action.Allow(),
                new Action.Deny(Errno.values()[10 + number]),
                new Action.Continue(),
                new Action.Continue(),
                new Action.Delay(Duration.ofSeconds(number + 1)),
                new Action.Log(),
                new Action.Kill(),
                new Action.Freeze()));
        return new Rule("r" + number, calls, when, action);
    }

    /** Mostly conditions that the calls can have. */
    private boolean about(String beginning, Set<String> calls) {
        return calls.stream().allMatch(call -> call.startsWith(beginning)) || random.nextInt(8) == 0;
    }

    private Grant grant() {
        List<Rule> rules = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            rules.add(rule(rules.size()));
        }
        return new Grant("g", List.of(), List.of(), false, rules);
    }

    private Asked asked() {
        return new Asked(
                any(List.copyOf(CALLS.keySet())),
                any(PATHS),
                any(TYPES),
                random.nextInt(4),
                random.nextInt(2),
                random.nextBoolean());
    }

    private static boolean isFor(Rule rule, Asked call) {
        return rule.calls().contains(call.syscall()) || rule.calls().contains(call.family());
    }

    private static boolean matches(Rule rule, Asked call) {
        When when = rule.when();
        return isFor(rule, call)
                && (when.paths().isEmpty() || isPath(rule, call.path()))
                && (when.types().isEmpty() || when.types().contains(call.type()))
                && (call.flags() & when.allFlags()) == when.allFlags()
                && (call.flags() & when.noFlags()) == 0
                && (when.uid().isEmpty() || when.uid().getAsLong() == call.uid())
                && (when.has().isEmpty() || call.chown());
    }

    private static boolean isPath(Rule rule, String path) {
        if (path.isEmpty()) {
            return !(rule.action() instanceof Action.Allow);
        }
        return rule.when().paths().stream().anyMatch(glob -> {
            PathIndex one = new PathIndex();
            one.add(PathGlob.of(glob), 0);
            return !one.matching(TargetString.of(path)).isEmpty();
        });
    }

    /** The rule that decides, or empty, and the delays before. */
    private static Optional<Rule> decider(Grant grant, Asked call, List<String> delays) {
        for (Rule rule : grant.rules()) {
            if (matches(rule, call)) {
                if (rule.action() instanceof Action.Delay delay) {
                    delays.add("delay " + delay.time());
                } else if (!(rule.action() instanceof Action.Log)) {
                    return Optional.of(rule);
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void whatTheCheckerAcceptsRunsAsItReads() throws Exception {
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 6000; round++) {
            Policy policy = open(grant());
            if (hasError(policy)) {
                refused++;
                assertThatIllegalArgumentException().isThrownBy(() -> CompiledPolicy.of(policy, CHECKER));
                continue;
            }
            accepted++;
            HandlerRegistry registry = Policies.resolver(policy).resolve(container("GRANTS=g"));
            for (int i = 0; i < 10; i++) {
                assertRunsAsItReads(policy, registry, asked());
            }
        }
        assertThat(accepted).isGreaterThan(1000);
        assertThat(refused).isGreaterThan(1000);
    }

    private static boolean hasError(Policy policy) {
        return CHECKER.check(policy).stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    private static void assertRunsAsItReads(Policy policy, HandlerRegistry registry, Asked asked) throws Exception {
        Grant grant = policy.grants().get("g");
        List<String> expected = new ArrayList<>();
        Optional<Rule> decider = decider(grant, asked, expected);
        RuledCall call = asked.call();
        Response response = answer(registry, call);
        String what = asked + " with " + grant.rules() + " gave " + response + " " + call.effects;

        if (decider.isEmpty()) {
            assertThat(response).as(what).isIn(Response.proceed(), RuledCall.MADE);
        } else if (decider.get().action() instanceof Action.Deny deny) {
            assertThat(response).as(what).isEqualTo(Response.failure(deny.errno()));
        } else if (decider.get().action() instanceof Action.Kill) {
            assertThat(response).as(what).isEqualTo(Response.failure(Errno.EPERM));
            expected.add("kill");
        } else if (decider.get().action() instanceof Action.Freeze) {
            assertThat(response).as(what).isEqualTo(Response.failure(Errno.EPERM));
            expected.add("freeze");
        } else {
            boolean allows = decider.get().action() instanceof Action.Allow;
            assertThat(response).as(what).isEqualTo(allows ? RuledCall.MADE : Response.proceed());
        }
        List<String> effects = new ArrayList<>(call.effects);
        if (response.equals(RuledCall.MADE)) {
            assertThat(effects).as(what).isNotEmpty();
            effects.remove(effects.size() - 1);
        }
        assertThat(effects).as(what).isEqualTo(expected);

        Explanation explained =
                Policies.compiled(policy).explain(Identity.of(PodIdentity.UNKNOWN), Set.of("g"), asked.question());
        assertThat(explained.decidedBy().map(at -> at.rule().name())).as(what).isEqualTo(decider.map(Rule::name));
    }

    /** The caller can write another path, type or struct before the kernel reads them. So these must not matter. */
    @Test
    void noCallIsLeftToTheKernelBecauseOfWhatItsMemoryHolds() throws Exception {
        int left = 0;
        for (int round = 0; round < 20_000; round++) {
            Grant grant = grant(); // also such as the checker refuses: two grants can be so together
            HandlerRegistry registry = registry(grant);
            Asked asked = asked();
            if (!answer(registry, asked.call()).equals(Response.proceed())) {
                continue;
            }
            left++;
            Asked other = new Asked(
                    asked.syscall(),
                    any(PATHS),
                    any(TYPES),
                    asked.syscall().equals("openat2") ? random.nextInt(4) : asked.flags(),
                    asked.uid(),
                    asked.chown());
            boolean decides = asked.family().equals("clone3"); // the checker refuses paths and types for it
            if (!decides) {
                assertThat(answer(registry, other.call()))
                        .as("%s, then %s, with %s", asked, other, grant.rules())
                        .isEqualTo(Response.proceed());
            }
        }
        assertThat(left).isGreaterThan(1000);
    }

    private static HandlerRegistry registry(Grant... grants) {
        GrantedCalls handler = new GrantedCalls(
                new RuleSet(Stream.of(grants).map(GrantRules::new).toList()),
                HandlerRegistry.builder().build(),
                false,
                new BaseAnswers(container("")),
                new RuleLog(""));
        return HandlerRegistry.builder().otherwise(handler).build();
    }

    @Test
    void severalGrantsAreAskedAsOneThatHasTheirRules() throws Exception {
        for (int round = 0; round < 10_000; round++) {
            Grant whole = grant();
            int half = random.nextInt(whole.rules().size() + 1);
            HandlerRegistry parts = registry(
                    Policies.rules("a", whole.rules().subList(0, half).toArray(new Rule[0])),
                    Policies.rules("none"),
                    Policies.rules(
                            "b",
                            whole.rules().subList(half, whole.rules().size()).toArray(new Rule[0])));
            Asked asked = asked();
            RuledCall once = asked.call();
            RuledCall inParts = asked.call();
            String what = asked + ", " + half + " of " + whole.rules();
            assertThat(answer(parts, inParts)).as(what).isEqualTo(answer(registry(whole), once));
            assertThat(inParts.effects).as(what).isEqualTo(once.effects);
        }
    }

    /** Containers choose which grants they have. If each choice had an index, some pods would fill the memory. */
    @Test
    void whatIsLargeIsThereOnceForEachGrant() {
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String folder = "/" + i + "/";
            grants.add(Policies.rules(
                    "g" + i,
                    IntStream.range(0, 100)
                            .mapToObj(each ->
                                    Policies.rule("mkdir", Policies.paths(folder + each + "/**"), Policies.DENY))
                            .toArray(Rule[]::new)));
        }
        CompiledPolicy policy = Policies.compiled(open(grants.toArray(new Grant[0])));
        List<JoinedRules> kept = new ArrayList<>();
        long before = usedMemory();
        for (int i = 0; i < 900; i++) {
            List<Grant> some =
                    grants.stream().filter(grant -> random.nextBoolean()).toList();
            RuleSet rules = policy.rulesOf(some);
            kept.add(rules.of("mkdir", "mkdir"));
            assertThat(kept.get(i).all()).hasSize(100 * some.size());
        }
        assertThat(usedMemory() - before).isLessThan(20L << 20); // else it would be ten times as much
        assertThat(kept).hasSize(900);
    }

    /** All of these are calls that a rule with a list of folders may well name. */
    @Test
    void whatIsLargeIsThereOnceForAllCalls() {
        GrantRules rules = new GrantRules(Policies.rules(
                "g", new Rule("r", Set.of("mkdir", "open", "rename"), Policies.paths("/a/**"), Policies.DENY)));
        CallRules mkdir = rules.of("mkdir", "mkdir");
        assertThat(List.of(rules.of("mkdirat", "mkdir"), rules.of("openat", "open"), rules.of("renameat", "rename")))
                .allMatch(other -> other == mkdir);
        assertThat(rules.of("openat2", "open")).isNotSameAs(mkdir);
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Counted, not timed: how often a plain answer looks at the caller. */
    @Test
    void tenThousandRulesCostAsMuchAsOne() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            When when = i % 2 == 0
                    ? new When(Set.of(), Set.of(), 0, 0, Set.of(), OptionalLong.of(i), Set.of(), Set.of())
                    : Policies.paths("/home/*/folder-" + i + "/**");
            rules.add(new Rule("r" + i, Set.of("mkdir"), when, Policies.DENY));
        }
        JoinedRules compiled = new RuleSet(List.of(new GrantRules(new Grant("g", List.of(), List.of(), false, rules))))
                .of("mkdir", "mkdir");
        CountingFacts facts = new CountingFacts();
        assertThat(compiled.firstWithoutPaths(facts)).isEqualTo(7776);
        assertThat(compiled.matching(facts, List.of(TargetString.of("/home/me/folder-333/x")), 7776))
                .containsExactly(333);
        assertThat(facts.questions).isLessThan(10);
    }

    private static final class CountingFacts implements CallFacts {
        int questions;

        @Override
        public String syscall() {
            return "mkdir";
        }

        @Override
        public String family() {
            return "mkdir";
        }

        @Override
        public long flags() {
            questions++;
            return 0;
        }

        @Override
        public String type() {
            questions++;
            return "";
        }

        @Override
        public java.util.OptionalInt device() {
            questions++;
            return java.util.OptionalInt.empty();
        }

        @Override
        public long uid() {
            questions++;
            return 7776;
        }

        @Override
        public boolean has(Capability capability) {
            questions++;
            return false;
        }
    }
}
