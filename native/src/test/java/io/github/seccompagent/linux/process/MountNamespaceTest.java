package io.github.seccompagent.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fixture.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountNamespaceTest {
    private static final MountNamespace OWN = MountNamespace.ofContainer(
            KnownProcess.of((int) ProcessHandle.current().pid()), "");

    private interface Check {
        void of(int process) throws Exception;
    }

    private static void with(Check check, String... command) throws Exception {
        Process process = Processes.start("sleep", command);
        try {
            check.of((int) process.pid());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void ofAProcessInTheAgentsUserNamespace() throws Exception {
        with(
                process -> {
                    MountNamespace namespace = MountNamespace.ofContainer(KnownProcess.of(process), "");
                    assertThat(namespace.name()).isEqualTo(name(process));
                    assertThat(namespace).isNotEqualTo(OWN);
                    assertThat(namespace.isSeenBy(process, "")).isTrue();
                    assertThat(OWN.isSeenBy(process, "")).isFalse();
                    assertThat(MountNamespace.UNKNOWN.isSeenBy(process, "")).isFalse();
                },
                "unshare",
                "--mount",
                "sleep",
                "1000");
    }

    /** Anybody can make one. */
    @Test
    void thatAUserHasMadeIsNotTheContainers() throws Exception {
        with(
                process -> {
                    String user = userNamespaceOf(process);
                    KnownProcess first = KnownProcess.of(process);
                    assertThat(MountNamespace.ofContainer(first, "")).isEqualTo(MountNamespace.UNKNOWN);
                    assertThat(MountNamespace.ofHost(process)).isEqualTo(MountNamespace.UNKNOWN);

                    MountNamespace namespace = MountNamespace.ofContainer(first, user);
                    assertThat(namespace.name()).isEqualTo(name(process));
                    assertThat(namespace.isSeenBy(process, user)).isTrue();
                    assertThat(namespace.isSeenBy(process, "")).isFalse();
                },
                "unshare",
                "--user",
                "--mount",
                "sleep",
                "1000");
    }

    /** It sees other paths, and only some of them. */
    @Test
    void whoHasAnotherRootDoesNotSeeIt() throws Exception {
        with(
                process -> {
                    assertThat(MountNamespace.ofContainer(KnownProcess.of(process), ""))
                            .isEqualTo(OWN);
                    assertThat(OWN.isSeenBy(process, "")).isFalse();
                },
                "unshare",
                "--root=/usr",
                "/bin/sleep",
                "1000");
    }

    private static String userNamespaceOf(int process) {
        try (ThreadFolder folder = ThreadFolder.of(process)) {
            return folder.userNamespace();
        }
    }

    private static String name(int process) throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/" + process + "/ns/mnt")).toString();
    }

    @Test
    void ofAProcessThatIsGone() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> MountNamespace.ofContainer(new KnownProcess((int) process.pid(), 1), ""));
    }
}
