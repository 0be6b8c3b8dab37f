package io.github.seccompagent.app.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mistake has a finding of its own, at its place. */
class ProfileCheckTest {
    private static final String LISTENER = "'listenerPath': '/run/a', ";

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    /** A profile that allows what its rules do not name. */
    private static String allowing(String fields, String... rules) {
        return json("{'defaultAction': 'SCMP_ACT_ALLOW', " + fields + "\n'syscalls': [\n" + String.join(",\n", rules)
                + "]}");
    }

    private static String rule(String action, String names, String more) {
        return "{'names': [" + names + "], 'action': 'SCMP_ACT_" + action + "'" + more + "}";
    }

    private static String notifying(String... names) {
        return allowing(LISTENER, rule("NOTIFY", "'" + String.join("', '", names) + "'", ""));
    }

    private static String argument(int index, String op, String value) {
        return ", 'args': [{'index': " + index + ", 'op': 'SCMP_CMP_" + op + "', 'value': " + value + "}]";
    }

    @Test
    void aProfileWithoutMistakesHasNone() {
        String profile = notifying("mkdir", "mkdirat").replace("]}", ",")
                + json("{'names': ['io_uring_setup'], 'action': 'SCMP_ACT_ERRNO'}]}");
        assertThat(CheckedText.ids(profile)).isEmpty();
        assertThat(CheckedText.report(profile).status()).isZero();
    }

    @Test
    void theListener() {
        assertThat(CheckedText.places(allowing("", rule("NOTIFY", "'acct'", ""))))
                .containsExactly("no-listener@3:31");
        assertThat(CheckedText.ids(allowing(LISTENER, rule("ERRNO", "'acct'", ""))))
                .containsExactly("unused-listener");
        assertThat(CheckedText.ids(allowing("'listenerPath': 'run/a',", rule("NOTIFY", "'acct'", ""))))
                .containsExactly("listener-path");
    }

    @ParameterizedTest
    @CsvSource({
        "write, notify-hangs-runtime",
        "sendmsg, notify-hangs-runtime",
        "fcntl, notify-hangs-runtime",
        "close, notify-hangs-runtime",
        "clone3, notify-hangs-runtime",
        "dup2, notify-breaks-shells",
        "futex, notify-may-hang-runtime"
    })
    void callsThatARuntimeMakesItself(String call, String id) {
        assertThat(CheckedText.ids(notifying(call))).contains(id);
    }

    @Test
    void notifyByDefault() {
        assertThat(CheckedText.ids(json("{'defaultAction': 'SCMP_ACT_NOTIFY', 'listenerPath': '/run/a'}")))
                .containsExactly("default-notify");
    }

    @ParameterizedTest
    @CsvSource({
        "mkdir, mkdirat",
        "rmdir, unlinkat",
        "chmod, 'fchmod, fchmodat, fchmodat2'",
        "openat, 'creat, open, openat2'",
        "execve, execveat",
        "init_module, finit_module",
        "mount, 'fsconfig, fsmount, fsopen, fspick, mount_setattr, move_mount, open_tree, open_tree_attr'"
    })
    void siblingsThatAreOpen(String call, String siblings) {
        Finding notified = CheckedText.finding(notifying(call), "missing-sibling");
        assertThat(notified.what()).isEqualTo(call + " is notified, but not " + siblings);
        assertThat(notified.severity()).isEqualTo(Severity.WARNING);

        Finding refused = CheckedText.finding(allowing("", rule("ERRNO", "'" + call + "'", "")), "missing-sibling");
        assertThat(refused.what()).isEqualTo(call + " is refused, but not " + siblings);
    }

    @Test
    void siblingsCountOnArchitecturesThatHaveThem() {
        String setuid = rule("ERRNO", "'setuid'", "");
        assertThat(CheckedText.ids(allowing("'architectures': ['SCMP_ARCH_X86_64'],", setuid)))
                .isEmpty();
        assertThat(CheckedText.ids(allowing("'architectures': ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'],", setuid)))
                .containsExactly("missing-sibling");
    }

    @Test
    void aListOfAllowedCallsRefusesTheirSiblingsOnPurpose() {
        String allowed = json(
                "{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [" + rule("ALLOW", "'openat', 'mkdir'", "") + "]}");
        assertThat(CheckedText.ids(allowed)).isEmpty();
    }

    @Test
    void aNotifiedCallWhoseSiblingIsRefused() {
        String profile = json("{'defaultAction': 'SCMP_ACT_ERRNO', 'listenerPath': '/run/a', 'syscalls': ["
                + rule("NOTIFY", "'mkdir'", "") + "]}");
        assertThat(CheckedText.ids(profile)).containsExactly("sibling-refused");
    }

    @Test
    void ioUring() {
        assertThat(CheckedText.ids(notifying("mkdir", "mkdirat"))).containsExactly("io-uring-open");
        assertThat(CheckedText.ids(notifying("acct"))).isEmpty();
    }

    @Test
    void namesThatAreNone() {
        String profile = allowing("", rule("ERRNO", "'acct',\n  'mkdri'", ""));
        assertThat(CheckedText.places(profile)).contains("unknown-call@4:3");
        assertThat(CheckedText.finding(profile, "unknown-call").what()).endsWith("perhaps mkdir");
    }

    @Test
    void rulesThatNeverCount() {
        assertThat(CheckedText.places(allowing("", rule("ERRNO", "'acct'", ""), rule("LOG", "'acct'", ""))))
                .containsExactly("shadowed-rule@4:12");
        assertThat(CheckedText.places(
                        allowing("", rule("LOG", "'acct'", argument(0, "EQ", "0")), rule("ERRNO", "'acct'", ""))))
                .containsExactly("shadowed-rule@3:12");
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", ""), rule("ERRNO", "'acct'", ""))))
                .containsExactly("repeated-rule");
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct', 'acct'", ""))))
                .containsExactly("repeated-name");
        assertThat(CheckedText.ids(allowing("", rule("ALLOW", "'acct'", "")))).containsExactly("redundant-rule");
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", argument(0, "LT", "0")))))
                .containsExactly("never-matches");
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", argument(0, "GT", "18446744073709551615")))))
                .containsExactly("never-matches");
    }

    @Test
    void rulesThatLibseccompRefuses() {
        String condition = argument(0, "EQ", "1");
        assertThat(CheckedText.places(
                        allowing("", rule("LOG", "'acct'", condition), rule("ERRNO", "'acct'", condition))))
                .containsExactly("conflicting-rules@4:12");
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", ", 'errnoRet': 5000"))))
                .containsExactly("refused-rule");
        assertThat(CheckedText.ids(json("{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 5000}")))
                .containsExactly("errno");
    }

    @Test
    void conditions() {
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", argument(6, "EQ", "1")))))
                .containsExactly("argument-index");
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", argument(0, "EG", "1")))))
                .containsExactly("unknown-operator");
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", argument(0, "EQ", "-1")))))
                .containsExactly("wrong-type");
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", argument(0, "MASKED_EQ", "1, 'valueTwo': 3")))))
                .containsExactly("mask");
        String twice = ", 'args': [{'index': 0, 'op': 'SCMP_CMP_GT', 'value': 1},"
                + "{'index': 0, 'op': 'SCMP_CMP_LT', 'value': 9}]";
        assertThat(CheckedText.ids(allowing("", rule("ERRNO", "'acct'", twice))))
                .containsExactly("repeated-argument");
    }

    @Test
    void actionsArchitecturesAndFlags() {
        assertThat(CheckedText.ids(json("{'defaultAction': 'SCMP_ACT_ALOW'}"))).containsExactly("unknown-action");
        assertThat(CheckedText.ids(json("{'syscalls': [" + rule("ALLOW", "'acct'", "") + "]}")))
                .containsExactly("no-default-action");
        assertThat(CheckedText.ids(allowing("'architectures': ['x86_64'],"))).containsExactly("unknown-architecture");
        assertThat(CheckedText.ids(allowing("'architectures': ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'],")))
                .containsExactly("implied-architecture");
        assertThat(CheckedText.ids(allowing("'flags': ['SECCOMP_FILTER_FLAG_NEW_LISTENER'],")))
                .containsExactly("unknown-flag", "flags-need-runc-1.2");
        assertThat(CheckedText.ids(allowing("'flags': ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'],")))
                .containsExactly("flag-without-notify", "flag-needs-runc-1.5");
        assertThat(CheckedText.ids(allowing("", rule("ALLOW", "'acct'", ", 'errnoRet': 1"))))
                .contains("unused-errno");
    }

    @Test
    void metadata() {
        String metadata = "MOUNT_PROC=yes\\nDEFAULT_ACTON=kill-container\\nEXEC_PATTERN=/bin/true";
        String profile = allowing(LISTENER + "\n'listenerMetadata': '" + metadata + "',", rule("NOTIFY", "'acct'", ""));
        assertThat(CheckedText.places(profile))
                .containsExactly("metadata-value@2:21", "metadata-key@2:21", "metadata-doubtful@2:21");
        assertThat(CheckedText.finding(profile, "metadata-key").what()).endsWith("perhaps DEFAULT_ACTION");
        assertThat(CheckedText.ids(
                        allowing(LISTENER + "'listenerMetadata': 'MOUNT_PROC=true',", rule("NOTIFY", "'acct'", ""))))
                .containsExactly("metadata-not-notified");
    }

    @Test
    void fieldsThatNobodyKnows() {
        String profile = allowing("'architecures': [],");
        assertThat(CheckedText.finding(profile, "unknown-field").fix()).isEqualTo("write architectures");
        assertThat(CheckedText.ids(json("{'defaultAction': 'SCMP_ACT_LOG',\n'defaultAction': 'SCMP_ACT_ALLOW'}")))
                .containsExactly("duplicate-key");
    }

    @Test
    @Timeout(60)
    void aFileOfMistakesHasAnEnd() {
        String profile = allowing("", rule("ERRNO", "'x'" + ", 'x'".repeat(20_000), ""));
        assertThat(CheckedText.report(profile).findings()).hasSizeLessThan(600);
        assertThat(CheckedText.report(profile).status()).isOne();
    }
}
