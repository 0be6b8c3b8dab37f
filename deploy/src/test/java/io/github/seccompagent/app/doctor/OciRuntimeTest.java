package io.github.seccompagent.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions of runtimes that are not installed here, by scripts that print what those print. */
class OciRuntimeTest {
    @TempDir
    private Path folder;

    private void install(String name, String version, String features) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, """
                #!/bin/sh
                case $1 in
                  --version) cat <<'END'
                %s
                END
                ;;
                  features) %s ;;
                esac
                """.formatted(version, features));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<Finding> look() {
        return new RuntimeCheck(folder.toString()).look();
    }

    private static String said(List<Finding> findings) {
        return String.join(" ", findings.stream().map(Finding::toString).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "1.0.3, older than 1.1.0, ERROR",
        "1.1.0-rc.1, knows listenerPath, OK",
        "1.1.5+ds1, knows listenerPath, OK",
        "1.4.0, knows listenerPath, OK"
    })
    void runcByItsVersion(String version, String what, Severity severity) throws IOException {
        install("runc", "runc version " + version + "\nspec: 1.0.2\nlibseccomp: 2.5.4", "exit 1");

        assertThat(look()).first().satisfies(finding -> {
            assertThat(finding.id()).isEqualTo("runtime-runc");
            assertThat(finding.what()).contains(what, Version.of(version).toString());
            assertThat(finding.severity()).isEqualTo(severity);
        });
    }

    @Test
    void runcThatKnowsTheFlag() throws IOException {
        String known = """
                echo '{"linux":{"seccomp":{"knownFlags":["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]}}}'""";
        install("runc", "runc version 1.5.0\nlibseccomp: 2.6.0", known);

        assertThat(look()).extracting(Finding::id).containsExactly("runtime-runc");
    }

    /** It knows the name, but its libseccomp cannot set the flag. */
    @Test
    void runcThatDoesNotSupportTheFlag() throws IOException {
        String unsupported = """
                echo '{"linux":{"seccomp":{"knownFlags":["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
                "supportedFlags":["SECCOMP_FILTER_FLAG_LOG"]}}}'""";
        install("runc", "runc version 1.5.0\nlibseccomp: 2.5.4", unsupported);

        assertThat(look()).extracting(Finding::id).containsExactly("runtime-runc", "runtime-runc-flag");
    }

    @ParameterizedTest
    @CsvSource({"0.18, true", "1.5, true", "1.6, false", "1.8.1, false"})
    void crunByItsVersion(String version, boolean lacks) throws IOException {
        install("crun", "crun version " + version + "\n+SYSTEMD +SECCOMP +YAJL", "echo unknown command; exit 1");

        assertThat(said(look()).contains("older than 0.19") || said(look()).contains("does not know"))
                .isEqualTo(lacks);
    }

    @Test
    void crunWithoutSeccomp() throws IOException {
        install("crun", "crun version 1.8.1\n+SYSTEMD +YAJL", "exit 1");

        assertThat(look()).first().extracting(Finding::severity).isEqualTo(Severity.ERROR);
        assertThat(said(look())).contains("built without seccomp");
    }

    @Test
    void containerdWithoutRunc() throws IOException {
        install("containerd", "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1", "exit 1");

        assertThat(look())
                .extracting(Finding::id, Finding::severity)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("runtime-containerd", Severity.OK),
                        org.assertj.core.groups.Tuple.tuple("runtime-runc", Severity.ERROR));
    }

    @Test
    void anOldDocker() throws IOException {
        install("runc", "runc version 1.1.5\nlibseccomp: 2.5.4", "exit 1");
        install("dockerd", "Docker version 20.10.24+dfsg1, build 297e128", "exit 1");

        assertThat(said(look())).contains("dockerd 20.10.24", "older than 23.0");
    }

    /** Neither endless output nor an endless run holds up the doctor. */
    @ParameterizedTest
    @CsvSource({"yes", "sleep 1000", "exit 3"})
    void oneThatDoesNotSayItsVersion(String behaviour) throws IOException {
        install("runc", "", "");
        Files.writeString(folder.resolve("runc"), "#!/bin/sh\n" + behaviour + "\n");
        long begin = System.nanoTime();

        assertThat(look()).first().extracting(Finding::severity).isEqualTo(Severity.UNKNOWN);
        assertThat(System.nanoTime() - begin).isLessThan(25_000_000_000L);
        assertThat(ProcessHandle.current().descendants())
                .allMatch(child -> !child.info().commandLine().orElse("").contains(folder.toString()));
    }
}
