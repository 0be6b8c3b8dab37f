package io.github.seccompagent.app.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles are read in all forms in which people have them. */
class ProfileFormsTest {
    private static final Path EXAMPLES = Path.of("kubernetes/examples");

    @TempDir
    private Path root;

    /** What podman installs. */
    @Test
    void thatOfPodman() {
        Report report = ProfileCheck.of(List.of(Path.of("/usr/share/containers/seccomp.json")), root, false);
        assertThat(report.status()).isZero();
        assertThat(report.findings())
                .filteredOn(each -> each.id().equals("checked"))
                .hasSize(1);
        assertThat(report.findings())
                .filteredOn(each -> each.severity() == Severity.WARNING)
                .allMatch(each -> each.id().equals("shadowed-rule")); // setns is in two lists there
    }

    static Stream<Path> ownExamples() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            return files.filter(file -> file.toString().matches(".*\\.(json|yaml)")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("ownExamples")
    void ourOwn(Path file) {
        Report report = ProfileCheck.of(List.of(file), EXAMPLES.resolve("profiles"), true);
        assertThat(report.status()).isZero();
        assertThat(report.findings()).anyMatch(each -> each.id().equals("checked"));
    }

    /** Of the usual ones of guides and of the operator's documents, without their lists of calls. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"defaultAction\": \"SCMP_ACT_LOG\"}",
                "{\"defaultAction\": \"SCMP_ACT_ERRNO\"}",
                "apiVersion: security-profiles-operator.x-k8s.io/v1beta1\nkind: SeccompProfile\nmetadata:\n"
                        + "  name: block\nspec:\n  defaultAction: SCMP_ACT_ERRNO\n",
                "---\nkind: SeccompProfile\nspec: {defaultAction: SCMP_ACT_LOG}\n---\nkind: SeccompProfile\n"
                        + "spec: {defaultAction: SCMP_ACT_ALLOW}\n",
                "{\"ociVersion\": \"1.0.2\", \"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_LOG\"}}}",
                "{\"ociVersion\": \"1.0.2\"}",
            })
    void smallOnes(String text) {
        assertThat(CheckedText.ids(text))
                .filteredOn(id -> !id.equals("no-profile"))
                .isEmpty();
    }

    @Test
    void dockersRulesAreChosen() {
        String text = "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": [], \"syscalls\": ["
                + "{\"name\": \"acct\", \"action\": \"SCMP_ACT_ERRNO\", \"excludes\": {\"caps\": [\"CAP_CHOWN\"]}},"
                + "{\"name\": \"acct\", \"action\": \"SCMP_ACT_LOG\", \"includes\": {\"minKernel\": \"4.8\"}},"
                + "{\"name\": \"acct\", \"action\": \"SCMP_ACT_TRAP\", \"includes\": {\"minKernel\": \"99.0\"}}]}";
        assertThat(CheckedText.ids(text)).isEmpty(); // no rule shadows another one
    }

    @Test
    void placesInYaml() {
        String text = "kind: SeccompProfile\nspec:\n  defaultAction: SCMP_ACT_ALOW\n";
        assertThat(CheckedText.places(text)).containsExactly("unknown-action@3:18");
    }

    private static String pod(String profile) {
        return "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
                + "      - securityContext:\n          seccompProfile:\n            " + profile + "\n";
    }

    private List<String> idsOfPod(String profile) {
        return CheckedText.report(pod(profile), root, false).findings().stream()
                .filter(each -> each.severity() != Severity.OK && !each.id().equals("missing-architecture"))
                .map(each -> each.id()
                        + (each.place() == null ? "" : "@" + each.place().line()))
                .toList();
    }

    @Test
    void aPodNamesAProfile() throws IOException {
        Files.writeString(root.resolve("bad.json"), "{\n\"defaultAction\": \"ALLOW\"}");
        Files.writeString(root.resolve("docker.json"), "{\"defaultAction\": \"SCMP_ACT_LOG\", \"archMap\": []}");
        Files.writeString(root.resolve("half.json"), "{");

        assertThat(idsOfPod("{type: Localhost, localhostProfile: bad.json}")).containsExactly("unknown-action@2");
        assertThat(idsOfPod("{type: Localhost, localhostProfile: docker.json}")).containsExactly("dockers-form@9");
        assertThat(idsOfPod("{type: Localhost, localhostProfile: half.json}")).containsExactly("profile-unreadable@9");
        assertThat(idsOfPod("{type: Localhost, localhostProfile: none.json}")).containsExactly("profile-missing@9");
        assertThat(idsOfPod("{type: Localhost, localhostProfile: ../../etc/passwd}"))
                .containsExactly("pod-profile@9");
        assertThat(idsOfPod("{type: Localhost}")).containsExactly("pod-profile@9");
        assertThat(idsOfPod("{type: RuntimeDefault}")).containsExactly("no-profile@1");
    }
}
