package io.github.seccompagent.app.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.app.profile.ReadProfile.Outcome;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a profile says of a call is what libseccomp makes of it. */
class ProfileRulesTest {
    @TempDir
    private Path folder;

    private ProfileRules rules(String json) throws IOException {
        return ProfileRules.of(Files.writeString(folder.resolve("p.json"), json.replace('\'', '"')));
    }

    private static String action(ProfileRules rules, String name, long... registers) {
        Outcome verdict = rules.of("x86_64", name, index -> registers[index]);
        return verdict.action() + " " + verdict.errnoName();
    }

    @Test
    void namesAndDefault() throws IOException {
        ProfileRules rules = rules("{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38, 'syscalls':"
                + " [{'names': ['mkdir', 'chmod'], 'action': 'SCMP_ACT_ALLOW'}]}");

        assertThat(action(rules, "chmod")).isEqualTo("SCMP_ACT_ALLOW ");
        assertThat(action(rules, "mount")).isEqualTo("SCMP_ACT_ERRNO ENOSYS");
        assertThat(rules.of("i386", "chmod", index -> 0).refuses()).isTrue();
    }

    @Test
    void conditions() throws IOException {
        ProfileRules rules = rules("{'defaultAction': 'SCMP_ACT_ERRNO', 'architectures': ['SCMP_ARCH_X86_64'],"
                + " 'syscalls': [{'names': ['clone'], 'action': 'SCMP_ACT_ALLOW', 'args':"
                + " [{'index': 0, 'value': 2114060288, 'valueTwo': 0, 'op': 'SCMP_CMP_MASKED_EQ'}]},"
                + " {'names': ['socket'], 'action': 'SCMP_ACT_ALLOW', 'args':"
                + " [{'index': 0, 'value': 1, 'op': 'SCMP_CMP_EQ'}, {'index': 0, 'value': 2, 'op': 'SCMP_CMP_EQ'}]},"
                + " {'names': ['ioctl'], 'action': 'SCMP_ACT_ALLOW', 'args':"
                + " [{'index': 0, 'value': 1, 'op': 'SCMP_CMP_EQ'},"
                + " {'index': 1, 'value': 18446744073709551615, 'op': 'SCMP_CMP_NE'}]}]}");

        assertThat(action(rules, "clone", 17)).isEqualTo("SCMP_ACT_ALLOW ");
        assertThat(action(rules, "clone", 0x10000000)).isEqualTo("SCMP_ACT_ERRNO EPERM");
        assertThat(action(rules, "socket", 2)).isEqualTo("SCMP_ACT_ALLOW ");
        assertThat(action(rules, "socket", 16)).isEqualTo("SCMP_ACT_ERRNO EPERM");
        assertThat(action(rules, "ioctl", 1, 5)).isEqualTo("SCMP_ACT_ALLOW ");
        assertThat(action(rules, "ioctl", 1, -1)).isEqualTo("SCMP_ACT_ERRNO EPERM");
        assertThat(action(rules, "ioctl", 2, 5)).isEqualTo("SCMP_ACT_ERRNO EPERM");
    }

    @Test
    void oneWithoutConditionsWins() throws IOException {
        ProfileRules rules = rules("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls':"
                + " [{'names': ['mount'], 'action': 'SCMP_ACT_NOTIFY', 'args':"
                + " [{'index': 3, 'value': 0, 'op': 'SCMP_CMP_GE'}]},"
                + " {'names': ['mount'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 13}]}");

        assertThat(action(rules, "mount", 0, 0, 0, 0)).isEqualTo("SCMP_ACT_ERRNO EACCES");
        assertThat(rules.alwaysRefuses("mount")).isTrue();
        assertThat(rules.alwaysRefuses("read")).isFalse();
    }

    @Test
    void badFiles() {
        for (String bad : new String[] {
            "",
            "{",
            "[]",
            "{}",
            "{'defaultAction': 'ALLOW'}",
            "{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'names': ['a']}]}",
            "{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'names': ['a'], 'action': 'SCMP_ACT_LOG', 'args':"
                    + " [{'index': 7, 'value': 1, 'op': 'SCMP_CMP_EQ'}]}]}",
            "[".repeat(5000)
        }) {
            assertThatThrownBy(() -> rules(bad))
                    .as(bad.substring(0, Math.min(60, bad.length())))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("p.json");
        }
    }
}
