package io.github.seccompagent.app.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.Access;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.Policy;
import io.github.seccompagent.resolver.policy.Rule;
import io.github.seccompagent.resolver.policy.Rule.Action;
import io.github.seccompagent.resolver.policy.Rule.When;
import io.github.seccompagent.resolver.policy.Who;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy in a file means, and where its mistakes are. */
class PolicyParserTest {
    private static final Who EVERYBODY = new Who(Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Map.of(), Set.of());

    private static When flags(long all, long none) {
        return new When(Set.of(), Set.of(), all, none, Set.of(), OptionalLong.empty(), Set.of(), Set.of());
    }

    /** Only the container's author would see it otherwise, as a container that never starts. */
    @Test
    void aRuleForWhatRuntimesCallThemselvesIsDoubtful() {
        String text = """
                version: 1
                grants:
                  g:
                    rules:
                      - calls: [mkdir, close]
                        action: deny
                """;
        assertThat(Policies.read(text).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("may not start, because close is notified"))
                .satisfies(finding -> assertThat(finding.place().line()).isEqualTo(5));
    }

    @Test
    void everyField() {
        Policy policy = Policies.read(Policies.WHOLE).policy();

        assertThat(Policies.errors(Policies.WHOLE)).isEmpty();
        assertThat(policy.metadataGrants()).isFalse();
        assertThat(policy.grants().keySet()).containsExactly("fuse", "suffix");
        assertThat(policy.grants().get("fuse"))
                .isEqualTo(new Grant(
                        "fuse",
                        List.of(
                                "MOUNT_PROC=true",
                                "MOUNT_SYSFS=true",
                                "MOUNT_OTHER_FS_LIST=fuse,tmpfs",
                                "MOUNT_NEED_CAP_ADMIN=true"),
                        List.of("/dev/fuse"),
                        true,
                        List.of()));
        assertThat(policy.grants().get("suffix").metadata())
                .containsExactly(
                        "MKDIR_TMPL=-{{.Pod}}",
                        "MKNOD_DEVICES=null,zero",
                        "EXEC_PATTERN=/bin/true",
                        "EXEC_DURATION=2s",
                        "SIDECARS=proxy,log",
                        "SIDECARS_DELAY=1m5s",
                        "DEFAULT_ACTION=errno:EACCES",
                        "MIDDLEWARE=prometheus");
        assertThat(policy.access())
                .containsExactly(
                        new Access(
                                Access.Effect.ALLOW,
                                Set.of("fuse", "suf*"),
                                new Who(
                                        Set.of("team-*"),
                                        Set.of("*"),
                                        Set.of("app"),
                                        Set.of("builder"),
                                        Map.of("tier", "build"),
                                        Map.of("example.com/a", "b*"),
                                        Set.of(0L, 1000L))),
                        new Access(Access.Effect.DEFAULT, Set.of("suffix"), EVERYBODY),
                        new Access(
                                Access.Effect.DENY,
                                Set.of("*"),
                                new Who(
                                        Set.of("kube-system"),
                                        Set.of(),
                                        Set.of(),
                                        Set.of(),
                                        Map.of(),
                                        Map.of(),
                                        Set.of())));
    }

    @Test
    void rules() {
        assertThat(Policies.read(Policies.WHOLE).policy().grants().get("suffix").rules())
                .containsExactly(
                        new Rule(
                                "no-etc",
                                Set.of("mkdir", "rename"),
                                new When(
                                        Set.of("/etc/**"),
                                        Set.of(),
                                        0,
                                        0,
                                        Set.of(),
                                        OptionalLong.of(4294967294L),
                                        Set.of(Capability.CAP_CHOWN),
                                        Set.of(Capability.CAP_SYS_ADMIN)),
                                new Action.Deny(Errno.EROFS)),
                        new Rule("suffix/2", Set.of("open"), flags(0300, 1), new Action.Deny(Errno.EPERM)),
                        new Rule(
                                "suffix/3",
                                Set.of("mknod"),
                                new When(
                                        Set.of(),
                                        Set.of(),
                                        0,
                                        0,
                                        Set.of(0x103, 0x100800), // as makedev(3) makes them
                                        OptionalLong.empty(),
                                        Set.of(),
                                        Set.of()),
                                new Action.Delay(Duration.ofMillis(1500))),
                        new Rule(
                                "suffix/4",
                                Set.of("mount"),
                                new When(
                                        Set.of(),
                                        Set.of("proc"),
                                        0,
                                        0,
                                        Set.of(),
                                        OptionalLong.empty(),
                                        Set.of(),
                                        Set.of()),
                                new Action.Allow()));
    }

    @Test
    void theSameInJson() {
        String json =
                "{\"version\": 1, \"grants\": {\"a\": {\"mounts\": [\"proc\"]}}, \"access\": [{\"allow\": [\"a\"]}]}";
        String yaml = "version: 1\ngrants: {a: {mounts: [proc]}}\naccess:\n  - allow: [a]\n";
        assertThat(Policies.read(json).policy()).isEqualTo(Policies.read(yaml).policy());
    }

    @Test
    void whatIsNotThereGivesNothing() {
        assertThat(Policies.read("version: 1\n").policy()).isEqualTo(Policy.EMPTY);
        assertThat(Policies.errors("version: 1\ngrants: {}\naccess: []\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata: nothing|version@2:1",
                "version: 2|version@2:10",
                "version: '1'|wrong-type@2:10",
                "{version: 1, version: 1}|duplicate-key@2:14",
                "{version: 1, acces: []}|unknown-field@2:14",
                "{version: 1, metadata: none}|unknown-metadata@2:24",
                "{version: 1, grants: []}|wrong-type@2:22",
                "{version: 1, grants: {}, access: {}}|wrong-type@2:34",
                "{version: 1, grants: {a_b: {}}}|grant-name@2:22",
                "{version: 1, grants: {a: {mounts: []}}}|empty-list@2:35",
                "{version: 1, grants: {a: {mounts: proc}}}|wrong-type@2:35",
                "{version: 1, grants: {a: {mounts: ['a,b']}}}|wrong-value@2:36",
                "{version: 1, grants: {a: {mounts: [!!null null]}}}|wrong-type@2:36",
                "{version: 1, grants: {a: {devices: [/dev/../etc/x]}}}|wrong-value@2:37",
                "{version: 1, grants: {a: {mkdirSuffix: '\"a\\nMOUNT_PROC=true\"'}}}|control-character@2:40",
                "{version: 1, grants: {a: {mkdirSuffix: ''}}}|empty-text@2:40",
                "{version: 1, grants: {a: {exec: {file: /bin/a}}}}|half@2:33",
                "{version: 1, grants: {a: {ioUring: 'no'}}}|wrong-type@2:36",
                "{version: 1, grants: {a: {defaultAction: fail}}}|unknown-defaultAction@2:42",
                "{version: 1, grants: &g {a: {}}, access: [{allow: [*g]}]}|alias@2:52",
                "{version: 1, access: [{namespaces: [a]}]}|effect@2:23",
                "{version: 1, access: [{allow: [a], deny: [a]}]}|effect@2:23",
                "{version: 1, access: [{deny: [a], namespaces: []}]}|empty-list@2:47",
                "{version: 1, access: [{deny: [a], labels: {}}]}|empty-list@2:43",
                "{version: 1, access: [{deny: [a], pods: !!null null}]}|no-value@2:35",
                "{version: 1, access: [{deny: [a], uids: [-1]}]}|wrong-type@2:42",
                "{version: 1, access: [{deny: [a], uids: [4294967295]}]}|wrong-type@2:42"
            },
            quoteCharacter = '`')
    void mistakes(String text, String found) {
        assertThat(Policies.errors("# YAML\n" + text.replace("'\"", "\"").replace("\"'", "\"")))
                .containsExactly(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{action: deny}|no-calls@5:9",
                "{calls: [], action: deny}|empty-list@5:17",
                "{calls: [mkdri], action: deny}|wrong-value@5:18",
                "{calls: [mkdir]}|no-action@5:9",
                "{calls: [mkdir], action: denied}|unknown-action@5:34",
                "{calls: [mkdir], action: deny, errno: EACCESS}|wrong-value@5:47",
                "{calls: [mkdir], action: allow, errno: EPERM}|field-of-other-action@5:41",
                "{calls: [mkdir], action: deny, time: 2s}|field-of-other-action@5:40",
                "{calls: [mkdir], action: delay}|no-time@5:34",
                "{calls: [mkdir], action: delay, time: 2}|wrong-type@5:47",
                "{calls: [mkdir], action: delay, time: 2d}|wrong-value@5:47",
                "{calls: [mkdir], flags: {all: [O_CREAT]}, action: deny}|wrong-value@5:40",
                "{calls: [open], flags: {all: [O_RDONLY]}, action: deny}|wrong-value@5:39",
                "{calls: [open], flags: {}, action: deny}|empty-list@5:32",
                "{calls: [mknod], devices: ['4096:1'], action: deny}|wrong-value@5:36",
                "{calls: [mkdir], uid: 4294967295, action: deny}|wrong-value@5:31",
                "{calls: [mkdir], capabilities: {has: [CHOWN]}, action: deny}|wrong-value@5:47",
                "{calls: [mkdir], path: [/a], action: deny}|unknown-field@5:26"
            },
            quoteCharacter = '`')
    void mistakesInRules(String rule, String found) {
        assertThat(Policies.errors(Policies.withRule(rule))).containsExactly(found);
    }

    @ParameterizedTest
    @CsvSource({"''", "a", "'[]'", "'---\nversion: 1\n---\nversion: 1\n'"})
    void noPolicyAtAll(String text) {
        assertThatThrownBy(() -> Policies.read(text))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("it holds no policy");
    }

    @Test
    void theFirstErrorIsOneLine() {
        PolicyFile read = Policies.read("version: 2\nacces: []\n");
        assertThatThrownBy(read::compiled)
                .isInstanceOf(UsageException.class)
                .hasMessage("p:1:10: version 2 is not known: write version: 1 (and 1 more: see 'policy check')");
    }
}
