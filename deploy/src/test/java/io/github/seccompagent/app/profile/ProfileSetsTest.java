package io.github.seccompagent.app.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles are compared by what they do, and merged so that each call does what one of them does. */
class ProfileSetsTest {
    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text.replace('\'', '"'));
    }

    private static String allowing(String names, String more) {
        return "{'defaultAction': 'SCMP_ACT_ERRNO', " + more + "'syscalls': [{'names': [" + names
                + "], 'action': 'SCMP_ACT_ALLOW'}]}";
    }

    private static List<String> differences(Path a, Path b) {
        return ProfileDiff.of(a, b).differences().stream()
                .map(ProfileDiff.Difference::toString)
                .toList();
    }

    @Test
    void theWayOfWritingIsNoDifference() throws IOException {
        Path a = file("a", allowing("'read', 'write', 'read'", "'defaultErrnoRet': 1, "));
        Path b = file(
                "b",
                "defaultAction: SCMP_ACT_ERRNO\nsyscalls:\n- {names: [write], action: SCMP_ACT_ALLOW}\n"
                        + "- {names: [read], action: SCMP_ACT_ALLOW}\n- {names: [acct], action: SCMP_ACT_ERRNO}\n");
        assertThat(differences(a, b)).isEmpty();
    }

    @Test
    void whatTheyDoIs() throws IOException {
        Path a = file("a", allowing("'read', 'mkdir'", "'listenerPath': '/a', 'architectures': ['SCMP_ARCH_X86'], "));
        Path b = file(
                "b",
                "{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38, 'syscalls': ["
                        + "{'names': ['read'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'value': 7, 'op': "
                        + "'SCMP_CMP_EQ'}]}, {'names': ['mkdir'], 'action': 'SCMP_ACT_NOTIFY'}]}");
        assertThat(differences(a, b))
                .containsExactly(
                        "defaultAction: SCMP_ACT_ERRNO 1 -> SCMP_ACT_ERRNO 38",
                        "architectures: SCMP_ARCH_X86 -> -",
                        "listenerPath: /a -> -",
                        "mkdir: SCMP_ACT_ALLOW -> SCMP_ACT_NOTIFY",
                        "read: SCMP_ACT_ALLOW -> SCMP_ACT_ALLOW if arg0 == 7, else SCMP_ACT_ERRNO 38");
    }

    @Test
    void aMergeIsTheUnion() throws IOException {
        Path a = file("a", allowing("'read', 'mkdir'", ""));
        Path b = file("b", allowing("'read', 'write'", "'architectures': ['SCMP_ARCH_X86_64'], "));
        ProfileMerge merge = ProfileMerge.of(List.of(a, b));

        assertThat(merge.runs().get(0).only()).containsExactly("mkdir");
        assertThat(merge.runs().get(1).only()).containsExactly("write");
        Path merged = file("merged", Report.json(merge.profile()));
        assertThat(differences(a, merged))
                .containsExactly("architectures: - -> SCMP_ARCH_X86_64", "write: SCMP_ACT_ERRNO 1 -> SCMP_ACT_ALLOW");
        assertThat(differences(b, merged)).containsExactly("mkdir: SCMP_ACT_ERRNO 1 -> SCMP_ACT_ALLOW");
        assertThat(ProfileCheck.of(List.of(merged), folder, true).findings())
                .noneMatch(each -> each.severity() == Severity.ERROR || each.severity() == Severity.WARNING);
    }

    @Test
    void conditionsAreKeptUnlessOneAllowsMore() throws IOException {
        String condition = "{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [{'names': ['read'], 'action': "
                + "'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'value': 18446744073709551615, 'op': 'SCMP_CMP_EQ'}]}]}";
        Path a = file("a", condition);
        assertThat(differences(
                        a,
                        file("same", Report.json(ProfileMerge.of(List.of(a, a)).profile()))))
                .isEmpty();
        Path b = file("b", allowing("'read'", ""));
        assertThat(differences(
                        b,
                        file("more", Report.json(ProfileMerge.of(List.of(a, b)).profile()))))
                .isEmpty();
    }

    @Test
    void contradictionsAreRefused() throws IOException {
        Path a = file("a", allowing("'read'", "'listenerPath': '/a', "));
        Path b = file("b", allowing("'read'", "'listenerPath': '/b', "));
        Path c = file("c", allowing("'write'", "").replace("ALLOW", "LOG"));
        Path d = file("d", allowing("'write'", ""));
        assertThatThrownBy(() -> ProfileMerge.of(List.of(a, b)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("listenerPath");
        assertThatThrownBy(() -> ProfileMerge.of(List.of(c, d)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("write has the action SCMP_ACT_ALLOW");
        assertThatThrownBy(() -> ProfileDiff.of(a, Path.of("/nonexistent"))).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> ProfileDiff.of(a, file("none", "{'ociVersion': '1.0.2'}")))
                .hasMessageContaining("holds 0 profiles");
    }
}
