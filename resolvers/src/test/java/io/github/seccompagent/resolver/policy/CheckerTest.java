package io.github.seccompagent.resolver.policy;

import static io.github.seccompagent.resolver.policy.Policies.ALLOW;
import static io.github.seccompagent.resolver.policy.Policies.ANYBODY;
import static io.github.seccompagent.resolver.policy.Policies.CHECKER;
import static io.github.seccompagent.resolver.policy.Policies.CONTINUE;
import static io.github.seccompagent.resolver.policy.Policies.DENY;
import static io.github.seccompagent.resolver.policy.Policies.access;
import static io.github.seccompagent.resolver.policy.Policies.flags;
import static io.github.seccompagent.resolver.policy.Policies.metadata;
import static io.github.seccompagent.resolver.policy.Policies.open;
import static io.github.seccompagent.resolver.policy.Policies.paths;
import static io.github.seccompagent.resolver.policy.Policies.policy;
import static io.github.seccompagent.resolver.policy.Policies.rule;
import static io.github.seccompagent.resolver.policy.Policies.rules;
import static io.github.seccompagent.resolver.policy.Policies.types;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.resolver.policy.Access.Effect;
import io.github.seccompagent.resolver.policy.Problem.Severity;
import io.github.seccompagent.resolver.policy.Rule.Action;
import io.github.seccompagent.resolver.policy.Rule.When;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CheckerTest {
    private static final When DEVICE =
            new When(Set.of(), Set.of(), 0, 0, Set.of(259), OptionalLong.empty(), Set.of(), Set.of());

    private static Who namespaces(String glob) {
        return new Who(Set.of(glob), Set.of(), Set.of(), Set.of(), Map.of(), Map.of(), Set.of());
    }

    private static Arguments bad(String what, Policy policy) {
        return Arguments.of(what, policy);
    }

    private static Policy of(Rule... rules) {
        return open(rules("g", rules));
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                bad(
                        "continue for mkdir, and the rule looks at memory of the caller: at a path",
                        of(rule("mkdir", paths("/a"), CONTINUE))),
                bad(
                        "continue for mkdirat, and the earlier rule 'of mkdir' looks at memory of the caller: "
                                + "at a path",
                        of(rule("mkdir", paths("/a"), DENY), rule("mkdirat", When.ALWAYS, CONTINUE))),
                bad(
                        "continue for mkdir, and the earlier rule 'of mkdirat' looks at memory of the caller: "
                                + "at a path",
                        of(rule("mkdirat", paths("/a"), DENY), rule("mkdir", When.ALWAYS, CONTINUE))),
                bad(
                        "continue for mount, and the rule looks at memory of the caller: at a filesystem type",
                        of(rule("mount", types("tmpfs"), CONTINUE))),
                bad(
                        "continue for open, and the rule looks at memory of the caller: at flags",
                        of(rule("open", flags(1), CONTINUE))),
                bad("no rule can decide on the path of execve", of(rule("execve", paths("/bin/sh"), DENY))),
                bad("rules cannot look at paths of clone3", of(rule("clone3", paths("/a"), new Action.Log()))),
                bad(
                        "execve cannot be made on behalf, so it cannot be allowed this way",
                        of(rule("execve", When.ALWAYS, ALLOW))),
                bad("mkdir has no filesystem type", of(rule("mkdir", types("proc"), DENY))),
                bad("mkdir makes no device", of(rule("mkdir", DEVICE, DENY))),
                bad("mkdir has no flags that rules can look at", of(rule("mkdir", flags(1), DENY))),
                bad("no kernel has a call or family 'mkdri'", of(rule("mkdri", When.ALWAYS, DENY))),
                bad("'etc/**' never matches", of(rule("mkdir", paths("etc/**"), DENY))),
                bad("'/a/../b' never matches", of(rule("mkdir", paths("/a/../b"), DENY))),
                bad(
                        "flags for calls whose flags mean different things: [MS_, O_]",
                        of(new Rule("r", Set.of("open", "mount"), flags(1), DENY))),
                bad("MKDIR_TMP: no resolver knows it", open(metadata("g", "MKDIR_TMP=x"))),
                bad(
                        "EXEC_DURATION=x: 'x' is not a duration such as 500ms, 30s or 1m30s",
                        open(metadata("g", "EXEC_DURATION=x", "EXEC_PATTERN=/a"))),
                bad("'../etc' is not the path of a device below /dev", open(device("../etc"))),
                bad("'/dev/../etc' is not the path of a device below /dev", open(device("/dev/../etc"))),
                bad("'a/b' cannot be the name of a grant", open(metadata("a/b", "MKDIR_TMPL=-x"))),
                bad(
                        "no grant has the name 'fus'",
                        policy(List.of(access(Effect.ALLOW, "fus", ANYBODY)), metadata("fuse", "MKDIR_TMPL=-x"))),
                bad(
                        "'Team/*' never matches",
                        policy(
                                List.of(access(Effect.ALLOW, "*", namespaces("Team/*"))),
                                metadata("fuse", "MKDIR_TMPL=-x"))),
                bad(
                        "grant 'a' and grant 'b' contradict each other: they give different values to MKDIR_TMPL",
                        policy(
                                List.of(access(Effect.DEFAULT, "*", ANYBODY)),
                                metadata("a", "MKDIR_TMPL=-a"),
                                metadata("b", "MKDIR_TMPL=-b"))));
    }

    private static Grant device(String path) {
        return new Grant("g", List.of(), List.of(path), false, List.of());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void whatCannotRunIsAnError(String what, Policy policy) {
        assertThat(CHECKER.check(policy))
                .filteredOn(problem -> problem.severity() == Severity.ERROR)
                .extracting(Problem::what)
                .containsExactly(what);
    }

    @Test
    void whatCanRunIsNone() {
        assertThat(CHECKER.check(of(
                        rule("open", flags(0100), DENY),
                        rule("openat", flags(0100), CONTINUE),
                        rule("mkdir", paths("/etc/**"), DENY),
                        rule("mkdir", paths("/data/**"), ALLOW),
                        rule("execve", paths("/bin/*"), new Action.Log()),
                        rule("execve", When.ALWAYS, CONTINUE),
                        rule("mknod", DEVICE, DENY))))
                .extracting(Problem::what)
                .containsExactly("the rule is about openat only, and other calls of its family do the same");
    }

    @Test
    void aRuleThatIsNeverReachedIsAWarning() {
        assertThat(CHECKER.check(of(rule("mkdir", When.ALWAYS, DENY), rule("mkdirat", paths("/a"), DENY))))
                .extracting(Problem::what)
                .contains("the rule is never reached: 'of mkdir' decides about all such calls");
    }
}
